/** The packet of an alert in the broker's layout, from a made-up detection. */

import { FEATURE_NAMES } from './night-schema.js'
import type { Random } from './random.js'
import type { Detection, Visit } from './sky.js'
import type { SourceKind } from './sky-source.js'

/** One alert as nested values, named as in the files of the broker. */
export type Packet = Readonly<Record<string, unknown>>

/** Stamps of an alert: gzip files by column name. */
export type Stamps = Readonly<Record<string, Uint8Array>>

/** Makes the packet of a detection. */
export function toPacket(random: Random, detection: Detection, stamps: Stamps): Packet {
  const { source, visit } = detection
  return {
    candid: visit.candid,
    schemavsn: '4.02',
    publisher: 'Fink',
    objectId: source.objectId,
    candidate: { ...detection.entry, ...candidateOf(random, detection) },
    prv_candidates: detection.history.length === 0 ? null : detection.history,
    ...Object.fromEntries(
      Object.entries(stamps).map(([name, stampData]) => [
        name,
        { fileName: `candid${visit.candid}_${name}.fits.gz`, stampData },
      ]),
    ),
    ...scienceOf(random, detection),
  }
}

/** What a look at a source measured, as it stands in the histories of later alerts. */
export function toHistoryEntry(
  random: Random,
  visit: Visit,
  position: { readonly raDeg: number; readonly decDeg: number },
): Packet {
  const nid = Math.floor(visit.jd - 2457754.5)
  const shared = {
    jd: visit.jd,
    fid: visit.band,
    pid: visit.candid / 1_000_000n,
    diffmaglim: visit.limitMag,
    pdiffimfilename: `ztf_${nid}_sciimg_scimrefdiffimg.fits`,
    programpi: 'Kulkarni',
    programid: 1,
    nid,
    rcid: 11,
    field: 500 + Math.floor(position.decDeg),
    magzpsci: 26.3,
    magzpsciunc: 6.1e-6,
    magzpscirms: 0.035,
    clrcoeff: -0.05,
    clrcounc: 1.2e-5,
    rbversion: 't17_f5_c3',
  }
  if (visit.candid === 0n) return { ...shared, candid: null, isdiffpos: null }
  const { raDeg: ra, decDeg: dec } = position
  return { ...shared, ...measurement(random, visit), ra, dec }
}

function measurement(random: Random, visit: Visit): Packet {
  const { magnitude, sigmaMag } = visit
  return {
    candid: visit.candid,
    isdiffpos: 't',
    tblid: visit.candid % 1000n,
    xpos: random.between(0, 3072),
    ypos: random.between(0, 3080),
    magpsf: magnitude,
    sigmapsf: sigmaMag,
    chipsf: random.between(0.5, 3),
    magap: magnitude + random.normal(0, 0.05),
    sigmagap: sigmaMag * 1.3,
    distnr: random.between(0, 5),
    magnr: random.between(17, 22),
    sigmagnr: 0.05,
    chinr: random.between(0.3, 2),
    sharpnr: random.normal(0, 0.05),
    sky: random.between(-0.5, 0.5),
    magdiff: random.normal(0, 0.1),
    fwhm: random.between(1.5, 4),
    classtar: random.between(visit.isGood ? 0.5 : 0, 1),
    mindtoedge: random.between(10, 1500),
    magfromlim: visit.limitMag - magnitude,
    seeratio: random.between(0.8, 1.5),
    aimage: random.between(0.5, 1.2),
    bimage: random.between(0.4, 0.9),
    aimagerat: 0.3,
    bimagerat: 0.25,
    elong: random.between(1, 1.5),
    nneg: random.integer(0, 8),
    nbad: visit.isGood ? 0 : random.integer(1, 3),
    rb: visit.isGood ? random.between(0.56, 1) : random.between(0, 0.54),
    sumrat: random.between(0.5, 1),
    magapbig: magnitude - 0.1,
    sigmagapbig: sigmaMag * 1.6,
    scorr: random.between(5, 60),
  }
}

function candidateOf(random: Random, detection: Detection): Packet {
  const { source, raDeg, decDeg } = detection
  const isAsteroid = source.kind === 'asteroid'
  return {
    ssdistnr: isAsteroid ? random.between(0, 4) : -999,
    ssmagnr: isAsteroid ? detection.visit.magnitude : -999,
    ssnamenr: source.ssnamenr,
    ranr: raDeg,
    decnr: decDeg,
    ...neighbours(random, source.kind),
    ndethist: detection.detections,
    ncovhist: 10 * detection.detections + random.integer(0, 50),
    jdstarthist: detection.firstJd,
    jdendhist: detection.visit.jd,
    tooflag: 0,
    nmtchps: random.integer(0, 20),
    rfid: 500_120_120n,
    jdstartref: 2458200.5,
    jdendref: 2458400.5,
    nframesref: 15,
    dsnrms: random.between(1, 20),
    ssnrms: random.between(1, 20),
    dsdiff: random.normal(0, 1),
    nmatches: random.integer(100, 2000),
    zpclrcov: -1e-5,
    zpmed: 26.3,
    clrmed: 0.6,
    clrrms: 0.25,
    neargaia: random.between(0, 60),
    neargaiabright: random.between(20, 120),
    maggaia: random.between(14, 21),
    maggaiabright: random.between(8, 14),
    exptime: 30,
    drb: source.kind === 'artefact' ? random.between(0, 0.4) : random.between(0.6, 1),
    drbversion: 'd6_m7',
  }
}

function neighbours(random: Random, kind: SourceKind): Packet {
  const fields: Record<string, unknown> = {}
  for (const n of [1, 2, 3]) {
    const mag = random.between(16, 22)
    fields[`objectidps${n}`] = BigInt(random.integer(1, 2 ** 31)) * 60_000_000n
    fields[`sgmag${n}`] = mag
    fields[`srmag${n}`] = mag - 0.4
    fields[`simag${n}`] = mag - 0.6
    fields[`szmag${n}`] = mag - 0.7
    fields[`sgscore${n}`] = kind === 'variableStar' ? 0.99 : random.next()
    fields[`distpsnr${n}`] = n === 1 && kind === 'asteroid' ? 12 : n * random.between(0.1, 6)
  }
  return fields
}

const ROID: Readonly<Partial<Record<SourceKind, number>>> = { asteroid: 3 }

function scienceOf(random: Random, detection: Detection): Packet {
  const { source, visit, firstJd } = detection
  const isSupernova = source.kind === 'supernova'
  const score = isSupernova ? random.between(0.45, 1) : random.between(0, 0.35)
  const hasScores = detection.detections > 2
  return {
    fink_broker_version: '4.0',
    fink_science_version: '8.26.0',
    cdsxmatch: source.simbad,
    tns: detection.detections > 3 ? source.tns : '',
    DR3Name: source.kind === 'variableStar' ? `Gaia DR3 ${random.integer(1e9, 2e9)}` : 'Unknown',
    Plx: source.kind === 'variableStar' ? random.between(0.1, 5) : null,
    e_Plx: source.kind === 'variableStar' ? random.between(0.01, 0.2) : null,
    gaiaVarFlag: source.kind === 'variableStar' ? 1 : 0,
    gaiaClass: 'Unknown',
    vsx: source.simbad === 'RRLyrae' ? 'RRAB' : 'Unknown',
    spicy_id: -1,
    spicy_class: 'Unknown',
    gcvs: 'Unknown',
    x3hsp: 'Unknown',
    x4lac: 'Unknown',
    roid: ROID[source.kind] ?? 0,
    rf_snia_vs_nonia: hasScores ? score * random.between(0.6, 1) : 0,
    snn_snia_vs_nonia: hasScores ? score : 0,
    snn_sn_vs_all: hasScores ? score * 0.95 : 0,
    mulens: source.kind === 'variableStar' && random.chance(0.01) ? random.between(0.5, 1) : 0,
    nalerthist: detection.detections,
    rf_kn_vs_nonkn: isSupernova && visit.jd - firstJd < 5 && random.chance(0.05) ? 0.7 : 0,
    anomaly_score: hasScores ? -random.between(0.01, 0.4) : 0,
    jd_first_real_det: firstJd,
    jdstarthist_dt: visit.jd - firstJd,
    mag_rate: random.normal(0, 0.1),
    sigma_rate: 0.05,
    lower_rate: -0.1,
    upper_rate: 0.1,
    delta_time: random.between(0.5, 3),
    from_upper: random.chance(0.1),
    is_transient: isSupernova,
    slsn_score: isSupernova ? random.next() * 0.6 : -1,
    tracklet: '',
    mangrove: { HyperLEDA_name: 'None', '2MASS_name': 'None', lum_dist: 'None', ang_dist: 'None' },
    blazar_stats: {
      instantness_low: -1,
      robustness_low: -1,
      instantness_high: -1,
      robustness_high: -1,
    },
    lc_features_g: hasScores ? features(random) : null,
    lc_features_r: hasScores ? features(random) : null,
  }
}

function features(random: Random): Packet {
  return Object.fromEntries(FEATURE_NAMES.map(name => [name, random.normal(0, 1)]))
}
