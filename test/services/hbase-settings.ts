/** How a test cluster of HBase is configured, and what Java needs to run it. */
import { join } from 'node:path'

/** What Java 17 must be told for HBase to look into the Java library. */
export const JAVA_OPTIONS = [
  '-Dio.netty.tryReflectionSetAccessible=true',
  '--add-modules=jdk.unsupported',
  ...['java.nio', 'sun.nio.ch', 'java.lang', 'jdk.internal.ref', 'java.lang.reflect'].map(
    openPackage,
  ),
  ...['java.util', 'java.util.concurrent'].map(openPackage),
  '--add-exports=java.base/jdk.internal.misc=ALL-UNNAMED',
  '--add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED',
]

function openPackage(name: string): string {
  return `--add-opens=java.base/${name}=ALL-UNNAMED`
}

/** Everything of interest to the error stream. */
export const LOGGING = `log4j.rootLogger=INFO,console
log4j.appender.console=org.apache.log4j.ConsoleAppender
log4j.appender.console.target=System.err
log4j.appender.console.layout=org.apache.log4j.PatternLayout
log4j.appender.console.layout.ConversionPattern=%d{ISO8601} %-5p [%t] %c{2}: %m%n
log4j.logger.org.apache.zookeeper=WARN
log4j.logger.org.apache.hadoop.metrics2=WARN
`

/** Ports of the main process. */
export interface Ports {
  readonly zookeeper: number
  readonly master: number
  readonly region: number
}

/** Settings of a cluster that lives for a test, on the loopback interface, with its data in `folder`. */
export function settingsOf(folder: string, ports: Ports) {
  return {
    'hbase.cluster.distributed': false,
    'hbase.tmp.dir': join(folder, 'tmp'),
    'hbase.rootdir': `file://${join(folder, 'root')}`,
    'hbase.unsafe.stream.capability.enforce': false,
    'hbase.wal.provider': 'filesystem',
    'hbase.zookeeper.quorum': '127.0.0.1',
    'hbase.zookeeper.property.clientPort': ports.zookeeper,
    'hbase.zookeeper.property.clientPortAddress': '127.0.0.1',
    'hbase.zookeeper.property.dataDir': join(folder, 'zk'),
    // A killed region server is given up after this time.
    'hbase.zookeeper.property.tickTime': 500,
    'zookeeper.session.timeout': 3_000,
    'hbase.master.hostname': 'localhost',
    'hbase.regionserver.hostname': 'localhost',
    'hbase.master.ipc.address': '127.0.0.1',
    'hbase.regionserver.ipc.address': '127.0.0.1',
    'hbase.master.port': ports.master,
    'hbase.regionserver.port': ports.region,
    'hbase.master.info.port': -1,
    'hbase.regionserver.info.port': -1,
    'hbase.regionserver.msginterval': 500,
    'hbase.master.wait.on.regionservers.mintostart': 1,
    'hbase.master.wait.on.regionservers.maxtostart': 1,
    'hbase.master.wait.on.regionservers.interval': 200,
    'hbase.master.wait.on.regionservers.timeout': 1_000,
    'hbase.regionserver.handler.count': 10,
  }
}

/** The content of `hbase-site.xml`. */
export function toSite(values: Readonly<Record<string, string | number | boolean>>): string {
  const properties = Object.entries(values).map(
    ([name, value]) => `<property><name>${name}</name><value>${value}</value></property>`,
  )
  return `<configuration>\n${properties.join('\n')}\n</configuration>\n`
}
