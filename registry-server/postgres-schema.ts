/**
 * The tables on PostgreSQL; each entry brings a database from its place to the next version.
 *
 * Names and versions are ordered by their bytes, as everywhere else. What comes from outside is text of JSON rather than
 * `jsonb`: nothing asks for its members, and `jsonb` does not take every character. Tiles are random: compressing them
 * costs and saves nothing.
 */
export const MIGRATIONS: readonly string[] = [
  `
  create table head (single boolean primary key default true check (single), size bigint not null, root bytea not null);
  insert into head (size, root) values (0, sha256(''));
  create table records (
    idx bigint primary key, key text collate "C" not null unique, scope text collate "C", is_control boolean not null,
    record bytea not null, payload bytea not null, identity text not null, bundle text not null
  );
  create index records_by_scope on records (scope, idx);
  create index controls on records (idx) where is_control;
  create table tiles (level int not null, idx bigint not null, bytes bytea not null, primary key (level, idx));
  alter table tiles alter column bytes set storage external;
  create table objects (digest text collate "C" primary key, bytes bytea not null);
  create table versions (
    name_key text collate "C" not null, version text collate "C" not null, name text not null, manifest text not null,
    idx bigint not null, metadata text not null, is_latest boolean not null, published bigint not null, updated bigint not null,
    primary key (name_key, version)
  );
  create index latest_versions on versions (name_key) where is_latest;
  create table digests (
    digest text collate "C" not null, name_key text collate "C" not null, name text not null, version text collate "C" not null,
    kind text collate "C" not null, subject text collate "C" not null
  );
  create index digests_by_digest on digests (digest);
  create table epochs (single boolean primary key default true check (single), epoch bigint not null);
  insert into epochs (epoch) values (0);
  `,
  `
  create table delivery_cursors (target text collate "C" primary key, next bigint not null);
  create table deliveries (
    target text collate "C" not null, idx bigint not null, attempts int not null, since bigint not null, due bigint not null,
    primary key (target, idx)
  );
  create index due_deliveries on deliveries (target, due, idx);
  `,
  'alter table epochs add column status text',
  'create table log (single boolean primary key default true check (single), verifier text not null)',
]
