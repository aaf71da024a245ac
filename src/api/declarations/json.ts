/** Types of JSON texts as they travel through the machinery: values and schema objects. */

/** What a JSON text can hold. */
export type JsonValue =
  | string
  | number
  | boolean
  | null
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue }

/** A schema in the dialect of JSON Schema 2020-12, the one of OpenAPI 3.1. */
export type JsonSchema = { readonly [key: string]: JsonValue }
