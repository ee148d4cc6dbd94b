/** The tables of the embedded store; each entry brings a database from its place to the next version. */
export const MIGRATIONS: readonly string[] = [
  `
  create table head (only integer primary key check (only = 1), size integer not null, root blob not null) strict;
  create table records (
    idx integer primary key, key text not null unique, scope text, is_control integer not null,
    record blob not null, payload blob not null, identity text not null, bundle text not null
  ) strict;
  create index records_by_scope on records (scope, idx);
  create index controls on records (idx) where is_control = 1;
  create table tiles (level integer not null, idx integer not null, bytes blob not null, primary key (level, idx)) strict, without rowid;
  create table objects (digest text primary key, bytes blob not null) strict;
  create table versions (
    name_key text not null, version text not null, name text not null, manifest text not null, idx integer not null,
    metadata text not null, is_latest integer not null, published integer not null, updated integer not null,
    primary key (name_key, version)
  ) strict, without rowid;
  create index latest_versions on versions (name_key) where is_latest = 1;
  create table digests (digest text not null, name_key text not null, name text not null, version text not null, kind text not null, subject text not null) strict;
  create index digests_by_digest on digests (digest);
  create table epochs (only integer primary key check (only = 1), epoch integer not null) strict;
  insert into epochs values (1, 0);
  `,
  'alter table epochs add column status text',
  'create table log (only integer primary key check (only = 1), verifier text not null) strict',
]
