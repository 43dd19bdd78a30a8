import type {
  GroupRow,
  GroupTable,
  ListedMember,
  Membership,
  Memberships,
  Standing,
  StoredVisit,
  Visit,
} from '../../lambda/groups/group-table.ts';
import {
  grown,
  type Layout,
  livingDigits,
  memberHash,
  orderOf,
  partitionsOf,
  type RowRange,
  smallLayout,
} from '../../lambda/groups/layout.ts';
import type { ConnectionTable } from '../../lambda/table/connection-table.ts';

type Placed = { digits: number; row: GroupRow };

/** A table of groups in memory: each operation is atomic, as a single-item operation of DynamoDB is. */
export class MemoryGroupTable implements GroupTable {
  readonly #connections: Pick<ConnectionTable, 'connectionOf'>;
  readonly #memberships = new Map<string, Required<Memberships>>();
  readonly #visits = new Map<string, StoredVisit>();
  readonly #layouts = new Map<string, Layout>();
  readonly #rows = new Map<string, Map<string, Placed>>();
  readonly #listed = new Map<string, Map<string, ListedMember>>();
  #version = 0;
  /** Awaited between the places of a group that grows, which no reader reads at one moment. */
  betweenPlaces: () => Promise<void> = async () => {};

  constructor(connections: Pick<ConnectionTable, 'connectionOf'>) {
    this.#connections = connections;
  }

  async standing(uid: string, connectionId: string, groups: readonly string[]): Promise<Standing> {
    const connection = await this.#connections.connectionOf(uid, connectionId);
    const visit = this.#visits.get(visitKey(uid, connectionId));
    return {
      ...(connection && { connection }),
      memberships: this.#memberships.get(uid)?.memberships ?? [],
      ...(visit && { visit }),
      layouts: new Map(groups.map((group) => [group, this.#layouts.get(group) ?? smallLayout])),
    };
  }

  async membershipsOf(uid: string): Promise<Memberships> {
    return this.#memberships.get(uid) ?? { memberships: [] };
  }

  async replaceMemberships(uid: string, version: string | undefined, memberships: readonly Membership[]) {
    if (this.#memberships.get(uid)?.version !== version) return false;
    if (memberships.length === 0) this.#memberships.delete(uid);
    else this.#memberships.set(uid, { memberships, version: this.#nextVersion() });
    return true;
  }

  async visitOf(uid: string, connectionId: string): Promise<StoredVisit | undefined> {
    return this.#visits.get(visitKey(uid, connectionId));
  }

  async visitsOf(uid: string, now: number): Promise<StoredVisit[]> {
    return [...this.#visits]
      .filter(([key, { expiresAt }]) => key.startsWith(visitKey(uid, '')) && expiresAt > now / 1_000)
      .map(([, visit]) => visit);
  }

  async replaceVisit(
    uid: string,
    connectionId: string,
    version: string | undefined,
    visit: Visit | undefined,
    expiresAt: number,
  ) {
    const key = visitKey(uid, connectionId);
    if (this.#visits.get(key)?.version !== version) return false;
    if (visit === undefined) this.#visits.delete(key);
    else this.#visits.set(key, { ...visit, version: this.#nextVersion(), expiresAt });
    return true;
  }

  async layoutOf(group: string): Promise<Layout> {
    return this.#layouts.get(group) ?? smallLayout;
  }

  async growLayout(group: string, before: Layout, now: number): Promise<void> {
    const { digits } = await this.layoutOf(group);
    if (digits === before.digits) this.#layouts.set(group, grown(before, now));
  }

  async putRow(group: string, { digits }: Layout, row: GroupRow): Promise<void> {
    this.#rowsAt(group, row.uid, digits).set(`${row.uid}\n${row.connectionId}`, { digits, row });
  }

  async removeRow(group: string, layout: Layout, uid: string, connectionId: string, now: number) {
    for (const digits of livingDigits(layout, now)) {
      this.#rowsAt(group, uid, digits).delete(`${uid}\n${connectionId}`);
    }
  }

  async rowsOf(group: string, now: number, max: number) {
    const layout = await this.layoutOf(group);
    const found = new Map<string, GroupRow>();
    for await (const row of this.#placed(group, layout, now)) found.set(row.connectionId, row);
    return { rows: [...found.values()].slice(0, max + 1), layout };
  }

  async rowsOfUid(group: string, layout: Layout, uid: string, now: number): Promise<GroupRow[]> {
    const found = new Map<string, GroupRow>();
    for await (const row of this.#placed(group, layout, now)) {
      if (row.uid === uid) found.set(row.connectionId, row);
    }
    return [...found.values()];
  }

  async *rowsInOrder(
    group: string,
    layout: Layout,
    { after = '', before = 'g' }: RowRange,
    now: number,
  ): AsyncGenerator<GroupRow> {
    const rows: GroupRow[] = [];
    for await (const row of this.#placed(group, layout, now)) rows.push(row);
    const ordered = rows.map((row) => ({ row, order: orderOf(row) }));
    ordered.sort((one, other) => (one.order < other.order ? -1 : Number(one.order > other.order)));
    for (const { row, order } of ordered) if (order > after && order < before) yield row;
  }

  async listMember(group: string, member: ListedMember): Promise<void> {
    const listed = this.#listed.get(group) ?? new Map<string, ListedMember>();
    this.#listed.set(group, listed.set(memberHash(member.uid), member));
  }

  async unlistMember(group: string, uid: string): Promise<void> {
    this.#listed.get(group)?.delete(memberHash(uid));
  }

  async listedMembers(group: string, limit: number, after: string | undefined, now: number) {
    const from = after === undefined ? '' : memberHash(after);
    return [...(this.#listed.get(group) ?? [])]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .filter(([hash, { until }]) => hash > from && (until === undefined || until > now))
      .slice(0, limit)
      .map(([, member]) => member);
  }

  async countListed(group: string, now: number): Promise<number> {
    return (await this.listedMembers(group, Number.POSITIVE_INFINITY, undefined, now)).length;
  }

  /** Rows of all places in which a reader looks, the coarser ones first. */
  async *#placed(group: string, layout: Layout, now: number): AsyncGenerator<GroupRow> {
    for (const [index, digits] of livingDigits(layout, now).entries()) {
      if (index > 0) await this.betweenPlaces();
      for (const prefix of partitionsOf(digits)) {
        for (const { row } of this.#rows.get(partitionKey(group, prefix))?.values() ?? []) {
          if (row.expiresAt > now / 1_000) yield row;
        }
      }
    }
  }

  #rowsAt(group: string, uid: string, digits: number): Map<string, Placed> {
    const key = partitionKey(group, memberHash(uid).slice(0, digits));
    const rows = this.#rows.get(key) ?? new Map<string, Placed>();
    this.#rows.set(key, rows);
    return rows;
  }

  #nextVersion(): string {
    return String(++this.#version);
  }
}

function visitKey(uid: string, connectionId: string): string {
  return `${uid}\n${connectionId}`;
}

function partitionKey(group: string, prefix: string): string {
  return `${prefix}#${group}`;
}
