// What a team has today: rooms with chat and a whiteboard on Socket.IO 4, kept in Redis by ioredis.
//
//   node server.js PORT REDIS_URL
//
// Every message is stored before it is broadcast, in one pipeline, and each change refreshes the
// room's TTLs in another. All state is in Redis, so that more of these could stand side by side. A
// joiner gets the last JOIN_HISTORY (100) messages and the board.
'use strict';

const { createServer } = require('http');
const { Redis } = require('ioredis');
const { Server } = require('socket.io');

const [port, redisUrl] = process.argv.slice(2);
const historyCount = Number(process.env.JOIN_HISTORY || 100);
const roomTtlSeconds = 86400;
const redis = new Redis(redisUrl, { maxRetriesPerRequest: 3 });

const keysOf = (roomId) => ({
  room: `room:${roomId}`,
  messages: `room:${roomId}:messages`,
  whiteboard: `room:${roomId}:whiteboard`,
  participants: `room:${roomId}:participants`,
});

async function refreshTtl(keys) {
  const pipeline = redis.pipeline();
  for (const key of Object.values(keys)) pipeline.expire(key, roomTtlSeconds);
  await pipeline.exec();
}

async function saveMessage(roomId, message) {
  const keys = keysOf(roomId);
  await redis.pipeline()
    .lpush(keys.messages, JSON.stringify(message))
    .ltrim(keys.messages, 0, 99)
    .expire(keys.messages, roomTtlSeconds)
    .exec();
  await refreshTtl(keys);
}

async function saveWhiteboard(roomId, elements) {
  const keys = keysOf(roomId);
  await redis.set(keys.whiteboard, JSON.stringify({ elements }), 'EX', roomTtlSeconds);
  await refreshTtl(keys);
}

async function enter(roomId, userId, username) {
  const keys = keysOf(roomId);
  await redis.hset(keys.participants, userId, username);
  await refreshTtl(keys);
  const [messages, board] = await Promise.all([
    redis.lrange(keys.messages, 0, historyCount - 1),
    redis.get(keys.whiteboard),
  ]);
  return {
    messages: messages.reverse().map((text) => JSON.parse(text)),
    elements: board ? JSON.parse(board).elements : [],
  };
}

const http = createServer();
const io = new Server(http);
let lastId = 0;

io.on('connection', (socket) => {
  let joined = null;

  // A client that asks for something that fails hears of it.
  const on = (event, handler) => socket.on(event, (fields) => {
    handler(fields).catch((error) => socket.emit('error', { event, message: error.message }));
  });

  on('join', async ({ roomId, userId, username }) => {
    const { messages, elements } = await enter(roomId, userId, username);
    socket.join(roomId);
    joined = { roomId, userId };
    socket.emit('whiteboard:state', { roomId, elements });
    socket.emit('chat:history', { roomId, messages, count: messages.length });
  });

  on('chat:message', async ({ roomId, userId, username, message }) => {
    const stored = {
      id: `${Date.now()}-${++lastId}`, roomId, userId, username, message, timestamp: Date.now(),
    };
    await saveMessage(roomId, stored);
    io.to(roomId).emit('chat:message', stored);
  });

  on('whiteboard-change', async ({ roomId, elements }) => {
    await saveWhiteboard(roomId, elements);
    socket.to(roomId).emit('whiteboard-update', { roomId, elements });
  });

  socket.on('disconnect', () => {
    if (joined) redis.hdel(keysOf(joined.roomId).participants, joined.userId).catch(() => {});
  });
});

http.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 });
