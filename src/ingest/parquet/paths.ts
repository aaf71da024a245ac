/**
 * Where the values a survey asks for stand in the schema of a Parquet file. Writers differ in how
 * they wrap lists (`list.element`, `list.item`, `bag.array`) and in whether a small dictionary is
 * a record or a map; a path such as `mangrove.lum_dist` or `prv_candidates.jd` means the same in
 * all of them.
 */
import type { SchemaTree } from 'hyparquet'

/** What a path leads to. */
export type ParquetTarget =
  | { readonly kind: 'leaf'; readonly leaf: SchemaTree[] }
  | {
      readonly kind: 'entry'
      readonly name: string
      readonly keys: SchemaTree[]
      readonly values: SchemaTree[]
    }
  | { readonly kind: 'record'; readonly members: readonly SchemaTree[][] }
  | { readonly kind: 'other' }

function isMap({ element }: SchemaTree): boolean {
  const { converted_type: converted, logical_type: logical } = element
  return converted === 'MAP' || converted === 'MAP_KEY_VALUE' || logical?.type === 'MAP'
}

function isRepeated(node: SchemaTree | undefined): node is SchemaTree {
  return node?.element.repetition_type === 'REPEATED' && node.children.length > 0
}

/** The only child of a node, if it has just one. */
function onlyChild(node: SchemaTree): SchemaTree | undefined {
  return node.children.length === 1 ? node.children[0] : undefined
}

/** Adds to `path` the wrappers of a list, so that its last node is the record in the list. */
function enterList(path: SchemaTree[]): void {
  const wrapper = onlyChild(path[path.length - 1]!)
  if (!isRepeated(wrapper)) return
  path.push(wrapper)
  const entry = onlyChild(wrapper)
  if (entry !== undefined && entry.children.length > 0) path.push(entry)
}

/** What the path leads to in the schema, undefined when there is no such thing. */
export function findParquetPath(root: SchemaTree, path: string): ParquetTarget | undefined {
  const nodes = [root]
  // A column may have dots in its own name.
  const hasColumn = root.children.some(({ element }) => element.name === path)
  for (const part of hasColumn ? [path] : path.split('.')) {
    const node = nodes[nodes.length - 1]!
    if (isMap(node)) return findEntry(nodes, part)
    enterList(nodes)
    const child = nodes[nodes.length - 1]!.children.find(({ element }) => element.name === part)
    if (child === undefined) return undefined
    nodes.push(child)
  }
  return describe(nodes)
}

function findEntry(nodes: SchemaTree[], name: string): ParquetTarget | undefined {
  const pair = onlyChild(nodes[nodes.length - 1]!)
  const [key, value] = pair?.children ?? []
  if (pair === undefined || key === undefined || value === undefined) return undefined
  if (key.children.length > 0 || value.children.length > 0) return { kind: 'other' }
  return { kind: 'entry', name, keys: [...nodes, pair, key], values: [...nodes, pair, value] }
}

function describe(nodes: SchemaTree[]): ParquetTarget {
  const node = nodes[nodes.length - 1]!
  if (node.children.length === 0) return { kind: 'leaf', leaf: nodes }
  const isFlatRecord = node.children.every(
    ({ children, element }) => children.length === 0 && element.repetition_type !== 'REPEATED',
  )
  if (!isFlatRecord || isMap(node)) return { kind: 'other' }
  return { kind: 'record', members: node.children.map(child => [...nodes, child]) }
}
