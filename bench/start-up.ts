/** From the start of the process to the line that it listens, and to the first answer. */
import { objectsByLength } from './measuring/objects.js'
import { median, option, report } from './measuring/report.js'
import { startServer } from './measuring/server.js'
import { benchData } from './measuring/sky.js'

const { folder } = await benchData(option('alerts', 100_000))
const { short } = await objectsByLength(folder)
const starts: number[] = []
const answers: number[] = []
for (let run = 0; run < 5; run++) {
  const begin = performance.now()
  const server = await startServer('bin/fink', ['serve', '--data', folder, '--port', '0'])
  const answer = await fetch(`${server.url}/api/v1/objects?objectId=${short[run]}`)
  await answer.arrayBuffer()
  answers.push(performance.now() - begin)
  starts.push(server.startMs)
  await server.stop()
}
report({
  bench: 'start-up to ready',
  value: median(starts),
  unit: 'ms',
  goal: '<= 500',
  details: { firstAnswerMs: median(answers) },
})
