import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hbase.Cell;
import org.apache.hadoop.hbase.HBaseConfiguration;
import org.apache.hadoop.hbase.TableName;
import org.apache.hadoop.hbase.client.Connection;
import org.apache.hadoop.hbase.client.ConnectionFactory;
import org.apache.hadoop.hbase.client.Result;
import org.apache.hadoop.hbase.client.ResultScanner;
import org.apache.hadoop.hbase.client.Scan;
import org.apache.hadoop.hbase.client.Table;
import org.apache.hadoop.hbase.util.Bytes;

/**
 * Scans of ranges of keys with the Java client of HBase, one after the other, for comparison with
 * the store (hbase.ts). Reads lines `case table prefix` and prints a line for each repetition:
 * name of the case, milliseconds, cells read.
 *
 * Arguments: ZooKeeper port, repetitions.
 */
public final class RangeBench {
  private RangeBench() {}

  private record Range(String table, String prefix) {}

  public static void main(String[] args) throws Exception {
    Configuration conf = HBaseConfiguration.create();
    conf.set("hbase.zookeeper.quorum", "127.0.0.1");
    conf.set("hbase.zookeeper.property.clientPort", args[0]);
    int repeats = Integer.parseInt(args[1]);
    Map<String, List<Range>> cases = readCases();
    try (Connection connection = ConnectionFactory.createConnection(conf)) {
      for (int repeat = 0; repeat < repeats; repeat++) {
        for (Map.Entry<String, List<Range>> one : cases.entrySet()) {
          long start = System.nanoTime();
          long cells = 0;
          for (Range range : one.getValue()) cells += read(connection, range);
          System.out.println(
              one.getKey() + " " + (System.nanoTime() - start) / 1e6 + " " + cells);
        }
      }
    }
  }

  private static Map<String, List<Range>> readCases() throws Exception {
    Map<String, List<Range>> cases = new LinkedHashMap<>();
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = lines.readLine()) != null; ) {
      String[] parts = line.split(" ");
      cases.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(new Range(parts[1], parts[2]));
    }
    return cases;
  }

  /** Reads the rows whose keys begin with a prefix and touches every cell. */
  private static long read(Connection connection, Range range) throws Exception {
    Scan scan = new Scan().setStartStopRowForPrefixScan(Bytes.toBytes(range.prefix()));
    long cells = 0;
    long bytes = 0;
    try (Table table = connection.getTable(TableName.valueOf(range.table()));
        ResultScanner rows = table.getScanner(scan)) {
      for (Result row : rows) {
        for (Cell cell : row.rawCells()) {
          cells++;
          bytes += cell.getValueLength();
        }
      }
    }
    return bytes < 0 ? -1 : cells;
  }
}
