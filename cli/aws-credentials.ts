/**
 * AWS's credential chain, as a module of its own that is loaded when a request is to be signed. The import is static:
 * in a file of its own a CommonJS package has no named exports.
 * Source: https://esbuild.github.io/api/#splitting
 */
export { fromNodeProviderChain } from '@aws-sdk/credential-providers';
