import { type Connection, connect } from 'uidpush';

const connection: Connection = connect({
  url: 'wss://example.com/live',
  identity: 'claimed',
  credential: () => 'u1',
});
connection.onmessage = ({ data }) => document.body.append(JSON.stringify(data));
