/** The labels that Secrets Manager moves by itself. */
export const VersionStage = {
  current: 'AWSCURRENT',
  previous: 'AWSPREVIOUS',
} as const;
