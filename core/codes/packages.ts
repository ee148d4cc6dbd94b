/** Packages: resolving, downloading, installing. */
import { AGAIN, failure, type Meaning } from './meaning.ts'

export const packages = {
  INSTALL_TIMEOUT: failure(
    3,
    'a download that takes too long',
    'The package and its closure were not downloaded within the time limit.',
    'run the command again, for what was downloaded is kept; or give it longer with `--install-timeout SECONDS`',
  ),
  REGISTRY_AUTH: failure(
    3,
    'the package registry asks for authorization',
    'It answered 401 or 403.',
    'log in (`npm login`, `docker login`, `uv auth login`), or name the token of the registry in your own configuration; of Docker, only what config.json holds itself is used',
  ),
  TOOL_MISSING: failure(
    3,
    'a program of this machine is missing',
    'The package manager or container engine that the launch needs cannot be started here.',
    'install it, or put it into PATH; for Python packages that is uv: https://docs.astral.sh/uv/getting-started/installation/',
  ),
  PLATFORM_UNPINNED: failure(
    3,
    'this platform is not pinned',
    'The lock has what runs on other systems, and nothing that is known to run on this one.',
    'run `mcp-lock pin --platform-only` here, and commit what it adds; Python packages are pinned for every platform where uv is installed',
  ),
  REGISTRY_UNREACHABLE: failure(
    3,
    'the package registry cannot be reached',
    'What the launch names could not be looked up or downloaded.',
    AGAIN,
  ),
  PACKAGE_NOT_FOUND: failure(
    3,
    'no such package or version',
    'The registry does not have what the launch names.',
    'correct the name or version in the client config',
  ),
  INTEGRITY_MISMATCH: failure(
    1,
    'other bytes than the integrity says',
    'The registry served a package whose bytes are not those that its integrity names, so it was not started.',
    'do not use that registry or mirror until its owner has explained the difference; a broken download shows itself by succeeding the next time',
  ),
  STORE_ALTERED: failure(
    1,
    'an altered copy in the store',
    'Files of a package in your cache folder are not those that were installed, so it was not started.',
    'find out what changed them; then delete the folder named, and the package is installed again from its closure',
  ),
  PACKAGE_UNUSABLE: failure(
    1,
    'a package that cannot be pinned',
    'A part of its closure has no integrity, or it has no program to start.',
    'ask its author for a release on the registry, or start the program by its path',
  ),
  RELEASE_TOO_NEW: failure(
    1,
    'a release that is too new',
    'A compromised release is mostly found within days, so `minimumReleaseAge` of mcp-lock.yaml, or `min-release-age` or `before` of npm, asks to wait.',
    'wait until the time shown, or name an older version; what is pinned stays as it is',
  ),
  RELEASE_UNDATED: failure(
    3,
    'a release without a date',
    'The policy asks for a minimum release age, and the registry does not say when the release was published.',
    'use a registry that gives the times, or take `minimumReleaseAge` out of mcp-lock.yaml',
  ),
  CLOSURE_ALTERED: failure(
    1,
    'an altered closure',
    'The files beside the lock are not those that the lock was made with.',
    'restore mcp.lock.d from version control, or pin the server again',
  ),
} satisfies Record<string, Meaning>
