/** What everything here signs with. Nobody checks it: it is not a secret, and never the person's own. */
export const localCredentials = {
  accessKeyId: 'local',
  secretAccessKey: 'local',
  sessionToken: 'local',
} as const;
