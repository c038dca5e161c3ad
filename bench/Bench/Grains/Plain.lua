-- The same exchange as in Packed.lua, written as most would write it: each number is a field of a hash.
--
-- KEYS  1 the budget, 2 the session, 3 when sessions end
-- ARGV  1 the session's epoch, 2 the last order it has seen, 3 life in ms, then of each row: subsystem, credit, leased at
--       the four urgencies, want, its urgency
-- Answers {0, order, total of each row}, or {1}: register again.
local levels = {'free', 'floor0', 'floor1', 'floor2', 'limit', 'committed', 'least0', 'least1', 'least2', 'l0', 'l1', 'l2',
  'l3'}

local function giveBack(session)
  local fields = redis.call('HGETALL', session)
  for i = 1, #fields, 2 do
    local name, number = fields[i], tonumber(fields[i + 1])
    local urgency = string.match(name, ':([0-3])$')
    if urgency then
      redis.call('HINCRBY', KEYS[1], name, -number)
      redis.call('HINCRBY', KEYS[1], 'l' .. urgency, -number)
    elseif name ~= 'epoch' and name ~= 'order' then
      redis.call('HINCRBY', KEYS[1], name, -number)
      redis.call('HINCRBY', KEYS[1], 'committed', -number)
      redis.call('HINCRBY', KEYS[1], 'free', number)
    end
  end
  redis.call('DEL', session)
end

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local first = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')
while first[1] and tonumber(first[2]) <= now do
  redis.call('ZREM', KEYS[3], first[1])
  giveBack(first[1])
  first = redis.call('ZRANGE', KEYS[3], 0, 0, 'WITHSCORES')
end

local rows = (#ARGV - 3) / 8
local sessionFields, bookFields = {'epoch', 'order'}, {unpack(levels)}
for i = 1, rows do
  local name = ARGV[8 * i - 4]
  local s, b = 5 * i - 2, 6 * i + 8
  sessionFields[s], bookFields[b] = name, name
  for u = 0, 3 do
    local leased = name .. ':' .. u
    sessionFields[s + u + 1], bookFields[b + u + 1] = leased, leased
  end
  bookFields[b + 5] = name .. ':most'
end

local session = redis.call('HMGET', KEYS[2], unpack(sessionFields))
if session[1] ~= ARGV[1] then
  return {1}
end

redis.call('ZADD', KEYS[3], now + ARGV[3], KEYS[2])
local answer = {0, tonumber(session[2])}
if session[2] ~= ARGV[2] then
  -- A late or repeated message: the order that is already true.
  for i = 1, rows do
    answer[i + 2] = tonumber(session[5 * i - 2]) or 0
  end
  return answer
end

local books = redis.call('HMGET', KEYS[1], unpack(bookFields))
local free, limit, committed = tonumber(books[1]), tonumber(books[5]), tonumber(books[6])
local leased = {tonumber(books[10]), tonumber(books[11]), tonumber(books[12]), tonumber(books[13])}
local own, shared = {}, {}
for i = 1, rows do
  local a, s, b = 8 * i - 4, 5 * i - 2, 6 * i + 8
  local held, sum = tonumber(session[s]) or 0, tonumber(ARGV[a + 1])
  for u = 1, 4 do
    sum = sum + ARGV[a + 1 + u]
  end
  local total = math.min(held, sum)
  committed, free = committed - held + total, free + held - total
  local want, urgency = tonumber(ARGV[a + 6]), tonumber(ARGV[a + 7])
  if want > total and urgency <= (tonumber(books[b + 5]) or 3) then
    local floor = urgency < 3 and tonumber(books[7 + urgency]) or 0
    local hostFloor = urgency < 3 and tonumber(books[2 + urgency]) or 0
    local give = math.min(want - total, limit - committed - floor, free - hostFloor)
    if give > 0 then
      total, committed, free = total + give, committed + give, free - give
    end
  end
  own[#own + 1], own[#own + 2] = sessionFields[s], total
  shared[#shared + 1], shared[#shared + 2] = bookFields[b], (tonumber(books[b]) or 0) + total - held
  for u = 1, 4 do
    local before, after = tonumber(session[s + u]) or 0, tonumber(ARGV[a + 1 + u])
    if before ~= after then
      leased[u] = leased[u] + after - before
      own[#own + 1], own[#own + 2] = sessionFields[s + u], after
      shared[#shared + 1], shared[#shared + 2] = bookFields[b + u], (tonumber(books[b + u]) or 0) + after - before
    end
  end
  answer[i + 2] = total
end

answer[2] = answer[2] + 1
redis.call('HSET', KEYS[2], 'order', answer[2], unpack(own))
redis.call('HSET', KEYS[1], 'free', free, 'committed', committed, 'l0', leased[1], 'l1', leased[2], 'l2', leased[3], 'l3',
  leased[4], unpack(shared))
return answer
