/**
 * What can go wrong with a call to a scripted cluster, by name: regions that move or split, busy
 * servers, silence, dying connections, cut frames, lost scanners and unreadable answers. When each
 * is played is decided by a plan (`scripted-fault-plan.ts`). For tests only.
 */
import { SETUP_CALL_ID } from '../protocol/wire.js'
import { type Fault, type FaultedCall, isInRegion, isNext, isScan } from './faulted-call.js'
import { exceptionHeader, responseFrame } from './scripted-frames.js'
import { REGION_FAULTS } from './scripted-region-faults.js'
import { scannerException } from './scripted-scanner.js'
import { frameOf, type ScriptedAnswer } from './scripted-server.js'

const PACKAGE = 'org.apache.hadoop.hbase.'

const always = () => true
const isMulti = ({ call }: FaultedCall) => call.method === 'Multi'
const isData = (at: FaultedCall) => isScan(at) || isMulti(at) || at.call.method === 'Get'

function refusal(name: string): () => ScriptedAnswer {
  return () => ({ exception: { className: PACKAGE + name } })
}

/** The scanner is gone, and the server says so in one way or another. */
function scannerLoss(name: string): Fault {
  return {
    suits: isNext,
    play: ({ cluster, scan }) => {
      cluster.scanners.lose(scan!.scanner_id!)
      return scannerException(name)
    },
  }
}

/** A page of a scan is cut in an unusual way. */
function pageShape(shape: (scanners: FaultedCall['cluster']['scanners']) => () => void): Fault {
  return {
    suits: isScan,
    play: ({ cluster, work }) => {
      const restore = shape(cluster.scanners)
      const answer = work()
      restore()
      return answer
    },
  }
}

async function restart({ cluster, server, restarting }: FaultedCall): Promise<ScriptedAnswer> {
  const target = cluster.servers[server]!
  restarting.add(server)
  cluster.scanners.loseAll()
  await target.stop()
  await target.start()
  restarting.delete(server)
  return 'cut'
}

/** Faults that a client must see through: the answers are the right ones all the same. */
const SEEN_THROUGH = {
  ...REGION_FAULTS,
  'region too busy': { suits: isInRegion, play: refusal('RegionTooBusyException') },
  'some actions too busy': {
    suits: isMulti,
    play: ({ work }) =>
      work(action => (action % 2 === 0 ? `${PACKAGE}RegionTooBusyException` : undefined)),
  },
  'answer too large': {
    suits: isMulti,
    play: ({ work }) =>
      work(action => (action > 2 ? `${PACKAGE}MultiActionResultTooLarge` : undefined)),
  },
  'queue full': { suits: always, play: refusal('CallQueueTooBigException') },
  'server starting': { suits: always, play: refusal('ipc.ServerNotRunningYetException') },
  'server error': {
    suits: isData,
    play: () => ({ exception: { className: 'java.io.IOException', message: 'disk' } }),
  },
  'server restarted': { suits: at => !at.restarting.has(at.server), play: restart },
  silence: { suits: always, play: () => 'silence' },
  'answer lost': {
    suits: always,
    play: ({ work }) => {
      work()
      return 'silence'
    },
  },
  'answer late': { suits: always, play: ({ work }) => ({ late: work() }) },
  'answer twice': {
    suits: always,
    play: ({ call, work }) => {
      const frame = frameOf(call.callId, work())
      return { bytes: Buffer.concat([frame, frame]) }
    },
  },
  'cut before': { suits: always, play: () => 'cut' },
  'cut after': {
    suits: always,
    play: ({ work }) => {
      work()
      return 'cut'
    },
  },
  'cut within': { suits: always, play: ({ work }) => ({ of: work(), after: 'cut' }) },
  'stalled within': { suits: always, play: ({ work }) => ({ of: work(), after: 'stall' }) },
  'in pieces': { suits: always, play: ({ work }) => ({ of: work(), after: 'go on' }) },
  'not a frame': { suits: always, play: () => ({ bytes: Buffer.alloc(40, 0xff) }) },
  'not a header': {
    suits: always,
    play: () => ({ bytes: Buffer.concat([Buffer.of(0, 0, 0, 40), Buffer.alloc(40, 0xff)]) }),
  },
  'scanner unknown': scannerLoss('UnknownScannerException'),
  'scanner reset': scannerLoss('exceptions.ScannerResetException'),
  'scanner out of order': scannerLoss('exceptions.OutOfOrderScannerNextException'),
  'lease expired': scannerLoss('regionserver.LeaseException'),
  heartbeat: pageShape(scanners => {
    scanners.heartbeats++
    return () => undefined
  }),
  'page of a cell': pageShape(scanners => {
    scanners.pageCells = 1
    return () => {
      scanners.pageCells = Number.POSITIVE_INFINITY
    }
  }),
  'row in doubt': pageShape(scanners => {
    scanners.pageCells = 3
    scanners.doubtsRows = true
    return () => {
      scanners.pageCells = Number.POSITIVE_INFINITY
      scanners.doubtsRows = false
    }
  }),
} as const satisfies Readonly<Record<string, Fault>>

/** Faults that may end in the declared error: no client can know the right answer. */
const TOLD = {
  'wrong version': {
    suits: always,
    play: ({ cluster, server }) => {
      const className = `${PACKAGE}ipc.WrongVersionException`
      cluster.servers[server]!.refuseOnceWith = responseFrame(
        exceptionHeader(SETUP_CALL_ID, { className }),
      )
      return 'cut'
    },
  },
  'message garbled': {
    suits: isData,
    play: ({ random }) => {
      const bytes = Buffer.from(Array.from({ length: 50 }, () => Math.floor(random() * 256)))
      // Wire type 7 does not exist.
      return { message: Buffer.concat([Buffer.of(0x0f), bytes]) }
    },
  },
  'message empty': {
    suits: isData,
    play: ({ work }) => {
      work()
      return { message: Buffer.alloc(0) }
    },
  },
  'cells missing': {
    suits: isData,
    play: ({ work }) => {
      const answer = work()
      if ('exception' in answer || !answer.cellBlock?.length) return answer
      return { message: answer.message, cellBlock: answer.cellBlock.subarray(0, -3) }
    },
  },
} as const satisfies Readonly<Record<string, Fault>>

/** Name of a fault that a client must see through. */
export type SeenThrough = keyof typeof SEEN_THROUGH
/** Name of a fault. */
export type FaultKind = SeenThrough | keyof typeof TOLD

/** All faults by name. */
export const FAULTS: Readonly<Record<FaultKind, Fault>> = { ...SEEN_THROUGH, ...TOLD }
/** Names of the faults that a client must see through. */
export const SEEN_THROUGH_KINDS = Object.keys(SEEN_THROUGH) as SeenThrough[]
/** Names of all faults. */
export const FAULT_KINDS = Object.keys(FAULTS) as FaultKind[]
