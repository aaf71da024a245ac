/** Settings of the traces: their bounds, defaults and meaning, for the table of settings. */
import { number, text } from '../api/declarations/params.js'

/** Values of the settings, by their names. */
export const TRACE_PARAMS = {
  otelEndpoint: text({
    description:
      'Address of an OpenTelemetry collector that takes traces by OTLP over HTTP at v1/traces ' +
      'below it, such as http://127.0.0.1:4318; empty for no traces',
    default: '',
    maxLength: 1024,
    pattern: /^(https?:\/\/[^\s?#]+)?$/,
    expected: 'an address like http://host:4318, or nothing',
  }),
  otelSampleRatio: number({
    description: 'Share of the requests to trace, unless the client says whether to',
    default: 1,
    min: 0,
    max: 1,
  }),
} as const
