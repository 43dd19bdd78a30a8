import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Jest runs it, in a project of its own.
    exclude: ['test/package/cdk-init-app/**'],
    globalSetup: ['test/support/synthesized.ts'],
    testTimeout: 20_000,
    hookTimeout: 60_000,
    // The SDK says at each start that it will want Node 22 from 2027 on.
    env: { AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true' },
  },
});
