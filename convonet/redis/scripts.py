"""Lua that must happen as one step."""

FENCED, ENDED, SET_BACK = -1, -2, -3
"""What `ADVANCE` returns instead of a seq."""

_EMIT = """
local function emit(out, counter, maxlen, first, args)
  local seq = tonumber(redis.call('GET', counter) or '0')
  local i = first
  while i <= #args do
    seq = seq + 1
    if args[i + 1] == '' then
      redis.call('XADD', out, 'MAXLEN', '~', maxlen, seq .. '-0', 'e', args[i])
    else
      redis.call('XADD', out, 'MAXLEN', '~', maxlen, seq .. '-0', 'e', args[i], 'a', args[i + 1])
    end
    i = i + 2
  end
  redis.call('SET', counter, seq, 'EX', 86400)
  redis.call('EXPIRE', out, 86400, 'NX')
  return seq
end
"""

EMIT = (
    _EMIT
    + """
-- KEYS: out, seq. ARGV: maxlen, then (event, audio) pairs. Returns the newest seq.
return emit(KEYS[1], KEYS[2], ARGV[1], 2, ARGV)
"""
)

EMIT_ONCE = (
    _EMIT
    + """
-- KEYS: out, seq, fence. ARGV: name, maxlen, event, audio. Does nothing the second time.
if redis.call('HSETNX', KEYS[3], ARGV[1], 1) == 0 then return 0 end
redis.call('EXPIRE', KEYS[3], 86400)
return emit(KEYS[1], KEYS[2], ARGV[2], 3, ARGV)
"""
)

CLOSE = (
    _EMIT
    + """
-- KEYS: session, out, seq. ARGV: reason, maxlen, event, audio.
-- Returns 1, or 0 when the call had ended already. Both or neither: a worker that died between
-- the two would leave a caller who is never told.
if redis.call('HSETNX', KEYS[1], 'ended', ARGV[1]) == 0 then return 0 end
redis.call('EXPIRE', KEYS[1], 86400, 'NX')
emit(KEYS[2], KEYS[3], ARGV[2], 3, ARGV)
return 1
"""
)

ADVANCE = (
    _EMIT
    + """
-- KEYS: session, out, seq.
-- ARGV: owner, batch, maxlen, seq known or '', n, n * (field, value), then (event, audio) pairs.
-- Returns the newest seq; -1 when somebody else owns the call, -2 when the call has ended, -3 when
-- the batch before is not there (Redis lost its last moments) and no known seq says that these
-- fields are all there are.
-- A batch that comes again, because its answer was lost, changes nothing.
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return -1 end
if redis.call('HEXISTS', KEYS[1], 'ended') == 1 then return -2 end
local seq = tonumber(redis.call('GET', KEYS[3]) or '0')
local batch = tonumber(redis.call('HGET', KEYS[1], 'batch') or '0')
if batch >= tonumber(ARGV[2]) then return seq end
if ARGV[4] ~= '' then
  seq = math.max(seq, tonumber(ARGV[4]))
  redis.call('SET', KEYS[3], seq, 'EX', 86400)
elseif batch < tonumber(ARGV[2]) - 1 then
  return -3
end
redis.call('HSET', KEYS[1], 'batch', ARGV[2])
local n = tonumber(ARGV[5])
local i = 6
for _ = 1, n do
  redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
  i = i + 2
end
if i > #ARGV then return seq end
return emit(KEYS[2], KEYS[3], ARGV[3], i, ARGV)
"""
)

TAKE = """
-- KEYS: session. ARGV: generation, attempt, owner. Returns 1, or 0 when a newer one owns the call.
local generation = tonumber(redis.call('HGET', KEYS[1], 'generation') or '-1')
local attempt = tonumber(redis.call('HGET', KEYS[1], 'attempt') or '-1')
local g, a = tonumber(ARGV[1]), tonumber(ARGV[2])
if g < generation or (g == generation and a < attempt) then return 0 end
redis.call('HSET', KEYS[1], 'generation', g, 'attempt', a, 'owner', ARGV[3])
redis.call('EXPIRE', KEYS[1], 86400)
return 1
"""

SAY = """
-- KEYS: say, session, fence. ARGV: epoch, step of a turn, attempt, index, entry.
-- Returns 1, or 0 when the epoch has moved on or a newer attempt writes for this step. What comes
-- again, because its answer was lost or its activity died behind it, changes nothing: it may have
-- been heard to its end by now.
if tonumber(redis.call('HGET', KEYS[2], 'epoch') or '0') > tonumber(ARGV[1]) then return 0 end
if tonumber(redis.call('HGET', KEYS[3], ARGV[2]) or '0') > tonumber(ARGV[3]) then return 0 end
redis.call('HSET', KEYS[3], ARGV[2], ARGV[3])
redis.call('EXPIRE', KEYS[3], 86400)
if redis.call('HSETNX', KEYS[3], ARGV[2] .. '#' .. ARGV[4], 1) == 0 then return 1 end
redis.call('XADD', KEYS[1], 'MAXLEN', '~', 2000, '*', 's', ARGV[5])
redis.call('EXPIRE', KEYS[1], 86400)
return 1
"""

SILENCE = """
-- KEYS: fence. ARGV: step of a turn, attempt. From now on older attempts are refused.
if tonumber(redis.call('HGET', KEYS[1], ARGV[1]) or '0') < tonumber(ARGV[2]) then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('EXPIRE', KEYS[1], 86400)
end
"""
