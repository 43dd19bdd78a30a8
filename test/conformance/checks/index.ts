import type { CheckGroup } from '../check.ts';
import { authorisation } from './authorisation.ts';
import { broadcast } from './broadcast.ts';
import { devices } from './devices.ts';
import { gone } from './gone.ts';
import { groups } from './groups.ts';
import { health } from './health.ts';
import { hostile } from './hostile.ts';
import { limits } from './limits.ts';
import { multicast } from './multicast.ts';
import { presence } from './presence.ts';
import { push } from './push.ts';
import { register } from './register.ts';
import { revocation } from './revocation.ts';
import { socket } from './socket.ts';
import { stored } from './stored.ts';
import { text } from './text.ts';
import { verbatim } from './verbatim.ts';
import { watch } from './watch.ts';

/** Every check, in the order in which they are run: what the later ones build on comes first. */
export const checkGroups: readonly CheckGroup[] = [
  health,
  socket,
  register,
  push,
  verbatim,
  multicast,
  stored,
  devices,
  groups,
  text,
  presence,
  watch,
  revocation,
  gone,
  broadcast,
  limits,
  hostile,
  authorisation,
];
