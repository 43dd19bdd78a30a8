/** Credentials that everything here signs with. They are not checked: no secret, and never the person's own. */
export const localCredentials = {
  accessKeyId: 'local',
  secretAccessKey: 'local',
  sessionToken: 'local',
} as const;
