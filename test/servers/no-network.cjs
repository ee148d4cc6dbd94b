// Loaded before a program (`--require`): each way to the network is written to the file $NETWORK_RECORD, and fails.
// Workers have it too. What goes past these modules is seen by strace only.

const { appendFileSync } = require('node:fs')
const { syncBuiltinESMExports } = require('node:module')

const dgram = require('node:dgram')
const dns = require('node:dns')
const net = require('node:net')

function forbidden(way) {
  return function () {
    appendFileSync(process.env.NETWORK_RECORD, `${way}\n`)
    throw new Error(way)
  }
}

/** Of an object, the functions that a pattern names. */
function forbid(where, object, pattern) {
  for (const name of Object.getOwnPropertyNames(object)) {
    const { value, writable } = Object.getOwnPropertyDescriptor(object, name)
    if (typeof value === 'function' && writable && pattern.test(name)) object[name] = forbidden(`${where}.${name}`)
  }
}

const LOOK_UP = /^(?:lookup|resolve|reverse)/
forbid('net', net, /^(?:connect|createConnection)$/)
forbid('Socket', net.Socket.prototype, /^connect$/)
forbid('Server', net.Server.prototype, /^listen$/)
forbid('tls', require('node:tls'), /^connect$/)
forbid('dgram', dgram, /^createSocket$/)
forbid('dgram.Socket', dgram.Socket.prototype, /^(?:bind|connect|send)$/)
forbid('dns', dns, LOOK_UP)
forbid('dns.promises', dns.promises, LOOK_UP)
forbid('Resolver', Object.getPrototypeOf(dns.Resolver.prototype), LOOK_UP)
forbid('Resolver', dns.Resolver.prototype, LOOK_UP)
forbid('Resolver', dns.promises.Resolver.prototype, LOOK_UP)
for (const name of ['http', 'https']) forbid(name, require(`node:${name}`), /^(?:get|request)$/)
forbid('http2', require('node:http2'), /^connect$/)

// These are made when they are first asked for.
for (const name of ['fetch', 'WebSocket', 'EventSource'])
  Object.defineProperty(globalThis, name, { value: forbidden(name), writable: true, configurable: true })

syncBuiltinESMExports()
