/** Style sheet of the documentation page; light and dark, no fonts or images from elsewhere. */

/** CSS text. */
export const MANUAL_STYLE = `
:root { color-scheme: light dark; --ink: #1c2330; --soft: #5b6678; --line: #dfe4ec; --back: #fff;
  --panel: #f5f7fa; --accent: #c4460f; --code: #eef1f6 }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e8ef; --soft: #9aa5b8; --line: #2c3442;
  --back: #12161d; --panel: #191f29; --accent: #ff8a4c; --code: #202835 } }
* { box-sizing: border-box }
body { margin: 0; font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--back) }
a { color: var(--accent); text-decoration: none }
a:hover { text-decoration: underline }
nav { position: fixed; inset: 0 auto 0 0; width: 15rem; overflow: auto; padding: 1.5rem;
  background: var(--panel); border-right: 1px solid var(--line); font-size: .9rem }
nav h2 { margin: 1.2rem 0 .2rem; font-size: .75rem; letter-spacing: .08em; color: var(--soft);
  text-transform: uppercase }
nav a { display: block; padding: .1rem 0; color: inherit }
main { margin-left: 15rem; padding: 2rem clamp(1rem, 4vw, 3.5rem) 4rem; max-width: 66rem }
h1 { margin: 0; font-size: 1.9rem; line-height: 1.2 }
h2 { margin: 3rem 0 .5rem; font-size: 1.35rem; border-bottom: 1px solid var(--line) }
h3 { margin: 2.4rem 0 .3rem; font-size: 1.1rem }
h4 { margin: 1.1rem 0 .3rem; font-size: .9rem; color: var(--soft); font-weight: 600 }
p { margin: .4rem 0; max-width: 48rem }
small, .soft { color: var(--soft) }
code, pre { font: .86rem/1.5 ui-monospace, Menlo, Consolas, monospace; background: var(--code);
  border-radius: 4px }
code { padding: .1em .3em; overflow-wrap: anywhere }
pre { padding: .7rem .9rem; margin: .3rem 0; overflow: auto }
.method { font: 600 .72rem/1 ui-monospace, monospace; color: var(--back); background: var(--accent);
  border-radius: 4px; padding: .25em .5em; margin-right: .3em }
.scroll { overflow-x: auto }
table { border-collapse: collapse; width: 100%; font-size: .9rem }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: .8rem }
th, td { padding: .35rem .8rem .35rem 0; border-bottom: 1px solid var(--line); vertical-align: top }
details > summary { cursor: pointer; padding: .25rem 0 }
@media (max-width: 50rem) { nav { position: static; width: auto } main { margin: 0 } }
`
