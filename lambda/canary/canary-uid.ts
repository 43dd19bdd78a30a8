/** How the uids of canaries begin. They are in no list of who is online. */
export const CANARY_UID_PREFIX = 'uidpush-canary-';
