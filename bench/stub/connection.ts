/** Ids as long as API Gateway's. */
export function connection(index: number) {
  const connectionId = `L0SM9${String(index).padStart(9, '0')}w=`;
  return { connectionId, registeredAt: 1_767_268_800_000, expiresAt: 4_102_444_800, isFramed: true };
}
