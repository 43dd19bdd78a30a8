import { defineConfig } from '../../lib/settings/define-config.ts';

/** What tests run: they don't depend on the settings that somebody deploys with. */
export default defineConfig({
  defaultEnvironment: 'dev',
  environments: {
    local: { name: 'uidpush', identity: 'claimed', text: true },
    dev: { name: 'uidpush-dev' },
    prod: { name: 'uidpush-prod' },
  },
});
