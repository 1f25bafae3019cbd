// The client code of the application that these rooms come from, as its documentation shows it: no
// options, no acks, positional nothing, a scene without ids. It has to work unchanged.
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { io } from 'socket.io-client';

import { Stage } from '../support/stage.mjs';
import { once, within } from '../support/waiting.mjs';

describe('the example of the origin', { timeout: 60_000 }, () => {
  const stage = new Stage();
  const sockets = [];

  before(() => stage.open());
  after(() => {
    for (const socket of sockets) socket.disconnect();
    return stage.close();
  });

  function connect() {
    const socket = io(stage.server.url);
    sockets.push(socket);
    return socket;
  }

  it('joins, chats, draws and hears of errors', async () => {
    const { id: roomId } = await stage.createRoom({ name: 'Math Study Group', createdBy: 'Alice' });
    const elements = [{ type: 'rectangle', x: 100, y: 100, width: 200, height: 150 }];

    const alice = connect();
    const alicesHistory = once(alice, 'chat:history');
    const alicesBoard = once(alice, 'whiteboard:state');
    alice.emit('join', { roomId, userId: 'user-uuid-1', username: 'Alice' });
    const [{ messages, count }] = await alicesHistory;
    assert.deepEqual(messages, []);
    assert.equal(count, 0);
    assert.deepEqual((await alicesBoard)[0].elements, []);

    const alicesOwn = once(alice, 'chat:message');
    alice.emit('chat:message',
      { roomId, userId: 'user-uuid-1', username: 'Alice', message: 'Hello!' });
    assert.equal((await alicesOwn)[0].message, 'Hello!');

    const bob = connect();
    const bobsHistory = once(bob, 'chat:history');
    bob.emit('join', { roomId, userId: 'user-uuid-2', username: 'Bob' });
    const [past] = await bobsHistory;
    assert.equal(past.count, 1);
    assert.equal(past.messages[0].username, 'Alice');
    assert.equal(past.messages[0].message, 'Hello!');

    const alicesUpdate = once(alice, 'whiteboard-update');
    bob.emit('whiteboard-change', { roomId, elements });
    assert.deepEqual((await alicesUpdate)[0].elements, elements);

    const bobsUpdate = once(bob, 'whiteboard-update');
    alice.emit('whiteboard-change', { roomId, elements: [] });
    assert.deepEqual((await bobsUpdate)[0].elements, [], 'without ids a change replaces the scene');

    const bobsError = once(bob, 'error');
    bob.emit('chat:message', { roomId, userId: 'user-uuid-2', username: 'Bob', message: '' });
    const [error] = await bobsError;
    assert.equal(typeof error.message, 'string');
    assert.equal(error.event, 'chat:message');
  });

  it('works when everything is said before the connection is there', async () => {
    const { id: roomId } = await stage.createRoom({ name: 'Math Study Group', createdBy: 'Alice' });
    const socket = connect();
    const heard = [];
    const done = new Promise((resolve) => {
      socket.on('chat:history', () => heard.push('chat:history'));
      socket.on('whiteboard:state', () => heard.push('whiteboard:state'));
      socket.on('chat:message', (message) => {
        heard.push(message.message);
        if (message.message === 'second') resolve();
      });
    });
    socket.emit('join', { roomId, userId: 'u3', username: 'Charlie' });
    socket.emit('chat:message', { roomId, userId: 'u3', username: 'Charlie', message: 'first' });
    socket.emit('chat:message', { roomId, userId: 'u3', username: 'Charlie', message: 'second' });
    await within(done, 'both messages to come back');
    assert.deepEqual(heard, ['chat:history', 'whiteboard:state', 'first', 'second']);
  });

  it('shows the participant gone when the page is closed', async () => {
    const { id: roomId } = await stage.createRoom({ name: 'Math Study Group', createdBy: 'Alice' });
    const alice = connect();
    const bob = connect();
    const bothAreIn = new Promise((resolve) => {
      alice.on('presence:update', ({ count }) => count === 2 && resolve());
    });
    alice.emit('join', { roomId, userId: 'user-uuid-1', username: 'Alice' });
    await once(alice, 'chat:history');
    bob.emit('join', { roomId, userId: 'user-uuid-2', username: 'Bob' });
    await within(bothAreIn, 'both to be in the room');

    const presence = once(alice, 'presence:update');
    bob.emit('leave', { roomId });
    bob.disconnect();
    assert.equal((await presence)[0].count, 1);
  });
});
