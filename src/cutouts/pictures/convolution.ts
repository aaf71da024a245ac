/**
 * Smoothing of a stamp by a small kernel. Both kernels are products of a column and a row, so they
 * are applied one axis after the other; beyond the border the nearest pixel is repeated.
 */

/** The kernels that clients may ask for. */
export const kernelNames = ['gauss', 'box'] as const

export type KernelName = (typeof kernelNames)[number]

const REACH = 2
const GAUSS_SUM = 1 + 2 * Math.exp(-0.5) + 2 * Math.exp(-2)

/**
 * Weights at distances 0, 1 and 2: a Gaussian of one pixel standard deviation, and a box one pixel
 * wide whose edges are interpolated, which makes it the binomial kernel (1, 2, 1) / 4.
 */
const WEIGHTS: Readonly<Record<KernelName, readonly [number, number, number]>> = {
  gauss: [1 / GAUSS_SUM, Math.exp(-0.5) / GAUSS_SUM, Math.exp(-2) / GAUSS_SUM],
  box: [0.5, 0.25, 0],
}

/**
 * The smoothed image.
 *
 * @param pixels rows of `width` pixels; unchanged
 * @throws RangeError for an unknown kernel
 */
export function convolve(pixels: Float64Array, width: number, kernel: KernelName): Float64Array {
  const weights = Object.hasOwn(WEIGHTS, kernel) ? WEIGHTS[kernel] : undefined
  if (weights === undefined) {
    const known = kernelNames.join(', ')
    throw new RangeError(`Cannot smooth an image by "${kernel}": expected one of ${known}`)
  }
  const height = pixels.length / width
  const smooth = new Float64Array(pixels.length)
  const line = new Float64Array(Math.max(width, height) + 2 * REACH)
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) line[x + REACH] = pixels[y * width + x]!
    smoothLine(line, width, weights)
    for (let x = 0; x < width; x++) smooth[y * width + x] = line[x]!
  }
  for (let x = 0; x < width; x++) {
    for (let y = 0; y < height; y++) line[y + REACH] = smooth[y * width + x]!
    smoothLine(line, height, weights)
    for (let y = 0; y < height; y++) smooth[y * width + x] = line[y]!
  }
  return smooth
}

/** From `line[REACH, REACH + length)` to `line[0, length)`. */
function smoothLine(line: Float64Array, length: number, weights: readonly number[]): void {
  const [centre = 0, near = 0, far = 0] = weights
  line.fill(line[REACH]!, 0, REACH)
  line.fill(line[REACH + length - 1]!, REACH + length, length + 2 * REACH)
  for (let i = 0; i < length; i++) {
    line[i] =
      centre * line[i + 2]! + near * (line[i + 1]! + line[i + 3]!) + far * (line[i]! + line[i + 4]!)
  }
}
