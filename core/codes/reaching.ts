/** Reaching a server. */
import { AGAIN, failure, type Meaning } from './meaning.ts'

export const reaching = {
  SERVER_TIMEOUT: failure(
    3,
    'no answer in time',
    'The server did not answer within the time limit.',
    'run it by hand to see what it waits for, or give it longer with `--timeout SECONDS`',
  ),
  SURFACE_CONTAINS_SECRET: failure(
    1,
    'the server repeats a secret',
    'What it declares holds the value of a variable or header, which the lock would publish.',
    'mend the server, or start it without that value',
  ),
  CHECK_FAILED: failure(
    3,
    'the check itself failed',
    'Something that was not foreseen happened while this server was looked at; the others were not touched by it.',
    'report it with the message shown',
  ),
  SERVER_EXITED: failure(
    3,
    'the server ended',
    'The program ended before it had answered.',
    'run the program by hand; a missing variable or argument is the usual reason',
  ),
  SERVER_START_FAILED: failure(
    3,
    'the program did not start',
    'The operating system could not start it.',
    'install the program, or correct `command` in the client config',
  ),
  SERVER_REFUSED: failure(
    3,
    'the server refused the session',
    'It answered the first request with an error.',
    'run it by hand; it may lack a credential or speak another protocol revision',
  ),
  SERVER_UNREACHABLE: failure(
    3,
    'the server cannot be reached',
    'The connection failed, or the HTTP status was not one of success.',
    AGAIN,
  ),
  HOST_NOT_FOUND: failure(
    3,
    'no such host',
    'The name of the host has no address in the DNS, or the DNS did not answer.',
    'check the name; where only a proxy reaches the network, set HTTPS_PROXY',
  ),
  CONNECTION_REFUSED: failure(
    3,
    'the connection was refused',
    'The host is there, and nothing listens at that port.',
    'start the server, or correct the port',
  ),
  PROXY_FAILED: failure(
    3,
    'the proxy failed',
    'HTTPS_PROXY or HTTP_PROXY names a proxy that cannot be reached or does not let this through.',
    'correct HTTPS_PROXY and HTTP_PROXY, or except the host by NO_PROXY',
  ),
  TLS_UNTRUSTED: failure(
    3,
    'the certificate is not trusted',
    'It is by an unknown authority, has expired, or is for another host; somebody may stand between.',
    'where a proxy or server of your own has its own authority, name that in a file by NODE_EXTRA_CA_CERTS; otherwise do not go on',
  ),
  RATE_LIMITED: failure(
    3,
    'too many requests',
    'It answered 429, and asks to wait for longer than it may take here.',
    'wait and run the command again, ask fewer servers at once with `--concurrency`, or give it longer with `--timeout SECONDS`',
  ),
  AUTH_REQUIRED: failure(
    3,
    'the server asks for authorization',
    'It answered 401 or 403.',
    'put the header it needs, with its value as a variable, into the client config; or give it by `--header authorization=ENV:VARIABLE`, or pin without by `--source-only`',
  ),
  REDIRECT_REFUSED: failure(
    1,
    'a redirect to another origin',
    'A remote source is its exact origin; following would pin somebody else.',
    'put the final URL into the client config if you trust it',
  ),
  VARIABLE_UNSET: failure(
    3,
    'a variable without a value',
    'The launch names a variable that is not set here, so the server cannot be started as the client would.',
    'set the variable; for `${input:ID}` name one with `--input ID=VARIABLE`. To pin without it: `--placeholder NAME`, or `--source-only`',
  ),

  LIVE_REQUIRED: failure(
    3,
    'a server that was not asked',
    'With `--require-live` the definitions of every server must be compared, and those of this one were not.',
    'set its variables, change `live` in mcp-lock.yaml, or pin its definitions with `mcp-lock pin`',
  ),
} satisfies Record<string, Meaning>
