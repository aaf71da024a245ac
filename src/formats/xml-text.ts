/** Texts inside XML 1.0 documents: escaping of characters and identifiers. */

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/**
 * Text for element content or a double-quoted attribute. Characters that XML 1.0 cannot carry in
 * any way (most control characters, U+FFFE, U+FFFF, lone surrogates) become U+FFFD.
 */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"\p{Cc}\p{Cs}\ufffe\uffff]/gu, character => {
    // DEL and the C1 controls are allowed as they are.
    const isAllowed = character >= '\x7f' && character <= '\x9f'
    return ESCAPES[character] ?? (isAllowed ? character : '\ufffd')
  })
}

/**
 * Identifier for an XML `ID` attribute: characters outside `A-Za-z0-9_.-` become `_`, and `_` is
 * put in front of a text that does not begin with a letter or `_` (`v:g-r` gives `v_g-r`).
 */
export function toXmlId(name: string): string {
  const id = name.replace(/[^A-Za-z0-9_.-]/gu, '_')
  return /^[A-Za-z_]/.test(name) ? id : `_${id}`
}
