/** The surface against the pin. */
import { REVIEW, change, type Meaning } from './meaning.ts'

export const surfaces = {
  DEFINITION_CHANGED: change('high', 'a definition changed', 'A tool, prompt, resource or template is not what was reviewed.', REVIEW),
  DEFINITION_ADDED: change('high', 'a definition was added', 'The model would be offered something that nobody reviewed.', REVIEW),
  DEFINITION_REMOVED: change('medium', 'a definition is gone', 'Something that was pinned is no longer offered.', REVIEW),
  CONDITIONAL_CHANGED: change('low', 'offered to other clients than before', 'Which client profiles get the definition changed.', REVIEW),
  LIST_CHANGED: change(
    'high',
    'a list appeared, went or failed',
    'A whole kind of definitions is now declared, absent or answered with an error.',
    REVIEW,
  ),
  INSTRUCTIONS_CHANGED: change('high', 'the instructions changed', "They are put into the model's context.", REVIEW),
  CAPABILITIES_CHANGED: change('high', 'the capabilities changed', 'The server declares other abilities, which clients act on.', REVIEW),
  SERVER_INFO_CHANGED: change(
    'medium',
    "the server's description of itself changed",
    'Name, version, title or icons are not those that were pinned.',
    REVIEW,
  ),
  EXTRA_CHANGED: change(
    'medium',
    'an unknown part of an answer changed',
    'Members that the protocol does not know are pinned too, for a client may use them.',
    REVIEW,
  ),
  UI_CHANGED: change('high', 'a user interface changed', 'The page that a tool shows in the host is not the one that was pinned.', REVIEW),
  SURFACE_UNPINNED: change(
    'high',
    'the definitions are no longer pinned',
    'Only the source is pinned from here on, so nothing that the server declares is compared any more.',
    'to keep them, run `mcp-lock pin` with the credentials that the server needs',
  ),
  SKILL_CHANGED: change('high', 'a skill changed', 'A skill is text that the model follows.', REVIEW),
} satisfies Record<string, Meaning>
