import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.util.ArrayList;
import java.util.HashMap;
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
 * the store (hbase.ts). Reads lines `case table prefix` up to an empty one, then the name of a case
 * on each line: it scans the ranges of that case once and prints milliseconds and cells read.
 *
 * Argument: ZooKeeper port.
 */
public final class RangeBench {
  private RangeBench() {}

  private record Range(String table, String prefix) {}

  public static void main(String[] args) throws Exception {
    Configuration conf = HBaseConfiguration.create();
    conf.set("hbase.zookeeper.quorum", "127.0.0.1");
    conf.set("hbase.zookeeper.property.clientPort", args[0]);
    BufferedReader lines = new BufferedReader(new InputStreamReader(System.in));
    Map<String, List<Range>> cases = readCases(lines);
    try (Connection connection = ConnectionFactory.createConnection(conf)) {
      for (String name; (name = lines.readLine()) != null; ) {
        long start = System.nanoTime();
        long cells = 0;
        for (Range range : cases.get(name)) cells += read(connection, range);
        System.out.println((System.nanoTime() - start) / 1e6 + " " + cells);
      }
    }
  }

  private static Map<String, List<Range>> readCases(BufferedReader lines) throws IOException {
    Map<String, List<Range>> cases = new HashMap<>();
    for (String line; (line = lines.readLine()) != null && !line.isEmpty(); ) {
      String[] parts = line.split(" ");
      cases.computeIfAbsent(parts[0], name -> new ArrayList<>()).add(new Range(parts[1], parts[2]));
    }
    return cases;
  }

  /** Reads the rows whose keys begin with a prefix and touches every cell. */
  private static long read(Connection connection, Range range) throws IOException {
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
