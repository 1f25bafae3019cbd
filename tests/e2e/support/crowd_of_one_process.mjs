// Clients that live and die together: a process of their own, which joins so many users to a room
// and then only holds their sockets. Arguments: WebSocket address, room, first number, how many.
// Writes "in" when all of them are in.
import WebSocket from 'ws';

const [address, roomId, first, count] = process.argv.slice(2);
let waiting = Number(count);
for (let i = 0; i < Number(count); ++i) {
  const userId = `u${Number(first) + i}`;
  const ws = new WebSocket(`${address}/ws`);
  ws.on('open', () => ws.send(JSON.stringify(
    { type: 'join', roomId, userId, username: userId.toUpperCase(), ref: 1 })));
  ws.on('message', (data) => {
    const { type, success, error } = JSON.parse(data);
    if (type !== 'ack') return;
    if (!success) throw new Error(error);
    waiting -= 1;
    if (waiting === 0) process.stdout.write('in\n');
  });
}
