/** What the documentation says about the service as a whole. */

/** Plain texts, no markup. */
export interface ServiceTexts {
  readonly title: string
  readonly version: string
  /** A sentence or two. */
  readonly description: string
}
