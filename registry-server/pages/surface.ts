/** What a server declares, as the model is told it. Nothing is left out. */
import { html } from 'hono/html'
import { isObject, member, unescapeKey, type Json, type JsonObject } from '../../core/json/json.ts'
import { isFailed, LIST_NAMES, LISTS, type Entry, type List, type ListName, type Surface } from '../../core/surface/surface.ts'
import { block, shown, type Markup } from './shown.ts'

const TITLES: { readonly [name in ListName]: string } = {
  tools: 'Tools',
  prompts: 'Prompts',
  resources: 'Resources',
  resourceTemplates: 'Resource templates',
}

export function surface({ digest: _, instructions, tools, prompts, resources, resourceTemplates, ...others }: Surface): Markup {
  const lists = { tools, prompts, resources, resourceTemplates }
  return html`${
      instructions === undefined
        ? ''
        : html`<section aria-labelledby="instructions">
            <h2 id="instructions">Instructions</h2>
            ${value(instructions)}
          </section>`
    }
    ${LIST_NAMES.map((name) => list(name, lists[name]))}
    <section aria-labelledby="rest">
      <h2 id="rest">The rest</h2>
      <dl>${Object.entries(others).map(([key, json]) => entry(key, json))}</dl>
    </section>`
}

function list(name: ListName, entries: List | undefined): Markup {
  if (entries === undefined) return html``
  const all = isFailed(entries) ? [] : Object.values(entries)
  return html`<section aria-labelledby="${name}">
    <h2 id="${name}">${TITLES[name]} <span class="count">${all.length}</span></h2>
    ${isFailed(entries) ? html`<p>The server answered with the error ${entries.$failed}.</p>` : all.length === 0 ? html`<p class="empty">None.</p>` : all.map((entry) => definition(name, entry))}
  </section>`
}

function definition(list: ListName, { definition: whole, conditional }: Entry): Markup {
  const { key } = LISTS[list]
  const { [key]: id, description, inputSchema, ...others } = whole
  return html`<article class="definition">
    <h3><code>${shown(typeof id === 'string' ? id : '', 500)}</code></h3>
    ${conditional === true ? html`<p class="note">Only some clients are offered it.</p>` : ''}
    ${description === undefined ? '' : value(description)} ${inputSchema === undefined ? '' : schema(inputSchema)}
    ${Object.keys(others).length === 0 ? '' : html`<dl>${Object.entries(others).map(([name, json]) => entry(name, json))}</dl>`}
  </article>`
}

function schema(whole: Json): Markup {
  const properties = member(whole, 'properties')
  if (!isObject(whole) || !isObject(properties)) return html`<dl>${entry('inputSchema', whole)}</dl>`
  const { properties: _, required, ...others } = whole
  const needed = new Set(Array.isArray(required) ? required : [])
  const rest: JsonObject = { ...others, ...(required === undefined ? {} : { required }) }
  return html`${
      Object.keys(properties).length === 0
        ? ''
        : html`<dl class="arguments">
            ${Object.entries(properties).map(([name, property]) => argument(unescapeKey(name), property, needed.has(unescapeKey(name))))}
          </dl>`
    }
    <dl>${entry('inputSchema, but for its properties', rest)}</dl>`
}

function argument(name: string, property: Json, isRequired: boolean): Markup {
  const { type, description, ...others } = isObject(property) ? property : { type: property }
  return html`<dt>
      <code>${shown(name, 500)}</code>
      <span class="muted"
        >${shown(type === undefined ? 'any' : typeof type === 'string' ? type : JSON.stringify(type), 500)}${isRequired ? ', required' : ''}</span
      >
    </dt>
    <dd>${description === undefined ? '' : value(description)} ${Object.keys(others).length === 0 ? '' : value(others)}</dd>`
}

function entry(key: string, json: Json): Markup {
  return html`<dt><code>${shown(unescapeKey(key), 500)}</code></dt>
    <dd>${value(json)}</dd>`
}

/** Longer JSON has its members on lines of their own. */
const ONE_LINE = 90

/** A text with its own line ends; anything else as JSON. */
function value(json: Json): Markup {
  if (typeof json === 'string') return block(json)
  const line = JSON.stringify(json)
  return block(line.length <= ONE_LINE ? line : JSON.stringify(json, null, 2))
}
