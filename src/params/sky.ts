/** Positions on the sky and circles around them. */
import { custom, number } from '../api/declarations/params.js'
import { ParamError } from '../errors.js'
import { parseDeclination, parseRightAscension, type SkyPosition } from '../science/sky/angle.js'

/** Largest radius of a circle: 5 degrees. */
export const MAX_RADIUS_ARCSEC = 18_000

/** Most characters of an angle. */
const MAX_ANGLE_LENGTH = 100

/** `ra`, `dec` and `radius` of a circle. */
export function coneParams() {
  return {
    ra: custom<string>(
      {
        description:
          'Right ascension: degrees, or sexagesimal such as `12:55:17.218`, `12h55m17.218s`',
        expected: 'an angle such as 193.82 (degrees) or 12:55:17.2 (hours)',
        examples: ['193.821739', '12:55:17.218'],
        required: true,
        maxLength: MAX_ANGLE_LENGTH,
      },
      text => text,
    ),
    dec: custom<string>(
      {
        description: 'Declination: degrees, or sexagesimal such as `02:53:50.35`, `+02d53m50.35s`',
        expected: 'an angle such as 2.89 or 02:53:50.3 (degrees)',
        examples: ['2.897311', '02:53:50.35'],
        required: true,
        maxLength: MAX_ANGLE_LENGTH,
      },
      text => text,
    ),
    radius: radiusParam(),
  }
}

/** `radius` of a circle. */
export function radiusParam() {
  return number({
    description: 'Radius of the circle; objects at the edge are inside',
    min: 0,
    max: MAX_RADIUS_ARCSEC,
    unit: 'arcsec',
    required: true,
    examples: [5],
  })
}

/**
 * The position of two texts.
 *
 * @throws ParamError naming `ra` or `dec`
 */
export function readPosition(ra: string, dec: string): SkyPosition {
  return {
    raDeg: readAngle('ra', () => parseRightAscension(ra)),
    decDeg: readAngle('dec', () => parseDeclination(dec, ra)),
  }
}

function readAngle(param: string, parse: () => number): number {
  try {
    return parse()
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof RangeError)) throw cause
    throw new ParamError(`Cannot read parameter "${param}": ${cause.message}`, { param, cause })
  }
}
