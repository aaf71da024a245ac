import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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
 * The scans of hbase-scan.ts with the Java client of HBase, for comparison. Prints one line a
 * repetition: name of the case, milliseconds, cells read.
 *
 * Arguments: ZooKeeper port, table, repetitions, number of objects, number of threads.
 */
public final class ScanBench {
  private final Connection connection;
  private final TableName table;
  private final int objects;
  private final ExecutorService pool;

  private ScanBench(Connection connection, String table, int objects, ExecutorService pool) {
    this.connection = connection;
    this.table = TableName.valueOf(table);
    this.objects = objects;
    this.pool = pool;
  }

  /** Reads all rows of a scan and touches every cell. */
  private long read(Scan scan) throws Exception {
    long cells = 0;
    long bytes = 0;
    try (Table open = connection.getTable(table); ResultScanner rows = open.getScanner(scan)) {
      for (Result row : rows) {
        for (Cell cell : row.rawCells()) {
          cells++;
          bytes += cell.getValueLength();
        }
      }
    }
    return bytes < 0 ? -1 : cells;
  }

  private Scan prefix(int object) {
    String start = String.format("o%05d_", object);
    return new Scan().withStartRow(Bytes.toBytes(start)).withStopRow(Bytes.toBytes(start + "~"));
  }

  private long all() throws Exception {
    return read(new Scan());
  }

  private long oneByOne() throws Exception {
    long cells = 0;
    for (int object = 0; object < objects; object++) cells += read(prefix(object));
    return cells;
  }

  private long sideBySide() throws Exception {
    List<Future<Long>> reads = new ArrayList<>();
    for (int object = 0; object < objects; object++) {
      Scan scan = prefix(object);
      reads.add(pool.submit(() -> read(scan)));
    }
    long cells = 0;
    for (Future<Long> one : reads) cells += one.get();
    return cells;
  }

  private static void time(String name, Callable<Long> work) throws Exception {
    long start = System.nanoTime();
    long cells = work.call();
    System.out.printf("%s %.3f %d%n", name, (System.nanoTime() - start) / 1e6, cells);
  }

  public static void main(String[] args) throws Exception {
    Configuration configuration = HBaseConfiguration.create();
    configuration.set("hbase.zookeeper.quorum", "127.0.0.1");
    configuration.set("hbase.zookeeper.property.clientPort", args[0]);
    ExecutorService pool = Executors.newFixedThreadPool(Integer.parseInt(args[4]));
    try (Connection connection = ConnectionFactory.createConnection(configuration)) {
      ScanBench bench = new ScanBench(connection, args[1], Integer.parseInt(args[3]), pool);
      for (int repeat = 0; repeat < Integer.parseInt(args[2]); repeat++) {
        time("all", bench::all);
        time("one-by-one", bench::oneByOne);
        time("side-by-side", bench::sideBySide);
      }
    } finally {
      pool.shutdown();
    }
  }
}
