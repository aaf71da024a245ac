/** What a busy service is asked, as paths: light curves, positions and latest alerts, mixed. */

/** A row of what the service is asked for the questions. */
interface Alert {
  readonly 'i:ra': number
  readonly 'i:dec': number
  readonly 'v:classification': string
}

const FEW_COLUMNS = 'i:objectId,i:jd,i:magpsf,i:fid'
const RADIUS_ARCSEC = 600
const LATEST = 100
/** Of demanding questions: as many alerts, and as much sky. */
const MANY = 1000
const WIDE_RADIUS_ARCSEC = 18_000
const MANY_OBJECTS = 20
/** Objects whose positions and classes are asked about. */
const OBJECTS = 50

/**
 * Light curves of all columns and of few, cone searches and latest alerts of classes, a quarter
 * each.
 */
export async function mixedQuestions(url: string, ids: readonly string[]): Promise<string[]> {
  const questions: string[] = []
  for (const id of ids.slice(0, OBJECTS)) {
    const { position, name } = await askAbout(url, id)
    questions.push(
      `/api/v1/objects?objectId=${id}`,
      `/api/v1/objects?objectId=${id}&columns=${FEW_COLUMNS}`,
      `/api/v1/conesearch?${position}&radius=${RADIUS_ARCSEC}`,
      `/api/v1/latests?class=${name}&n=${LATEST}&columns=${FEW_COLUMNS}`,
    )
  }
  return questions
}

/** Questions that each take a few ms of a processor, with short answers: less work for clients. */
export async function demandingQuestions(url: string, ids: readonly string[]): Promise<string[]> {
  const questions: string[] = []
  for (const [i, id] of ids.slice(0, OBJECTS).entries()) {
    const { position, name } = await askAbout(url, id)
    const list = ids.slice(i, i + MANY_OBJECTS).join(',')
    questions.push(
      `/api/v1/objects?objectId=${list}&columns=${FEW_COLUMNS}`,
      `/api/v1/conesearch?${position}&radius=${WIDE_RADIUS_ARCSEC}`,
      `/api/v1/latests?class=${name}&n=${MANY}&columns=${FEW_COLUMNS}`,
    )
  }
  return questions
}

async function askAbout(url: string, id: string) {
  const columns = 'columns=i:ra,i:dec,v:classification'
  const answer = await fetch(`${url}/api/v1/objects?objectId=${id}&${columns}`)
  const [alert] = (await answer.json()) as readonly Alert[]
  if (alert === undefined) throw new Error(`No alerts of "${id}"`)
  const { 'i:ra': ra, 'i:dec': dec, 'v:classification': name } = alert
  return { position: `ra=${ra}&dec=${dec}`, name: encodeURIComponent(name) }
}
