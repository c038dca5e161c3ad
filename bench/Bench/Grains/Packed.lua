-- An exchange over two levels: a session draws from its container's budget, and that from its host's. Amounts are absolute
-- and under an order number, as the grains' are. The books of a host and its container are one hash, a session is
-- another; each subsystem is one field of packed numbers, so that no number is read or written as text.
--
-- KEYS  1 the budget, 2 the session, 3 when sessions end
-- ARGV  1 the session's epoch, 2 the last order it has seen, 3 life in ms, 4 of each row: credit, leased at the four
--       urgencies, want, its urgency; 5.. the rows' subsystems
-- Answers {0, order, totals}, or {1}: register again.
local byName, pack, read, min = unpack, struct.pack, struct.unpack, math.min

local function giveBack(session)
  local fields = redis.call('HGETALL', session)
  local books = redis.call('HGET', KEYS[1], '')
  local free, f0, f1, f2, limit, committed, c0, c1, c2, a, b, c, d = read('ddddddddddddd', books)
  for i = 1, #fields, 2 do
    local name = fields[i]
    if name ~= 'epoch' and name ~= 'order' then
      local held, l0, l1, l2, l3 = read('ddddd', fields[i + 1])
      local sh, s0, s1, s2, s3, most = read('dddddd', redis.call('HGET', KEYS[1], name))
      redis.call('HSET', KEYS[1], name, pack('dddddd', sh - held, s0 - l0, s1 - l1, s2 - l2, s3 - l3, most))
      committed, free = committed - held, free + held
      a, b, c, d = a - l0, b - l1, c - l2, d - l3
    end
  end
  redis.call('HSET', KEYS[1], '', pack('ddddddddddddd', free, f0, f1, f2, limit, committed, c0, c1, c2, a, b, c, d))
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

local session = redis.call('HMGET', KEYS[2], 'epoch', 'order', select(5, byName(ARGV)))
if session[1] ~= ARGV[1] then
  return {1}
end

redis.call('ZADD', KEYS[3], now + ARGV[3], KEYS[2])
local order = tonumber(session[2])
local rows = #ARGV - 4
local totals = {}
if session[2] ~= ARGV[2] then
  -- A late or repeated message: the order that is already true.
  for i = 1, rows do
    totals[i] = session[i + 2] and read('d', session[i + 2]) or 0
  end
  return {0, order, pack(string.rep('d', rows), byName(totals))}
end

local books = redis.call('HMGET', KEYS[1], '', select(5, byName(ARGV)))
local free, f0, f1, f2, limit, committed, c0, c1, c2, a, b, c, d = read('ddddddddddddd', books[1])
local hostFloor, floor = {f0, f1, f2, 0}, {c0, c1, c2, 0}
local own, shared = {}, {}
local numbers, at = ARGV[4], 1
for i = 1, rows do
  local credit, l0, l1, l2, l3, want, urgency
  credit, l0, l1, l2, l3, want, urgency, at = read('ddddddd', numbers, at)
  local held, p0, p1, p2, p3 = 0, 0, 0, 0, 0
  if session[i + 2] then
    held, p0, p1, p2, p3 = read('ddddd', session[i + 2])
  end
  local sh, s0, s1, s2, s3, most = 0, 0, 0, 0, 0, 3
  if books[i + 1] then
    sh, s0, s1, s2, s3, most = read('dddddd', books[i + 1])
  end
  local total = min(held, credit + l0 + l1 + l2 + l3)
  committed, free = committed - held + total, free + held - total
  if want > total and urgency <= most then
    local give = min(want - total, limit - committed - floor[urgency + 1], free - hostFloor[urgency + 1])
    if give > 0 then
      total, committed, free = total + give, committed + give, free - give
    end
  end
  a, b, c, d = a + l0 - p0, b + l1 - p1, c + l2 - p2, d + l3 - p3
  local name = ARGV[i + 4]
  own[2 * i - 1], own[2 * i] = name, pack('ddddd', total, l0, l1, l2, l3)
  shared[2 * i - 1] = name
  shared[2 * i] = pack('dddddd', sh + total - held, s0 + l0 - p0, s1 + l1 - p1, s2 + l2 - p2, s3 + l3 - p3, most)
  totals[i] = total
end

order = order + 1
redis.call('HSET', KEYS[2], 'order', order, byName(own))
redis.call(
  'HSET', KEYS[1], '', pack('ddddddddddddd', free, f0, f1, f2, limit, committed, c0, c1, c2, a, b, c, d),
  byName(shared))
return {0, order, pack(string.rep('d', rows), byName(totals))}
