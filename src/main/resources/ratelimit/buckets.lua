-- One user's token buckets, one per window, counted together: all of them give a token or none does.
--
-- KEYS[1]   a hash: field 'w<seconds>' holds the tokens of that window, field 'at' when they were counted
-- ARGV[1]   1 to take a token, 0 to look, -1 to give one back
-- ARGV[2..] capacity and length in seconds of each window, in pairs
-- returns   1 or 0 (taken or not), then the tokens of each window in millionths
--
-- A bucket refills continuously, capacity tokens in one window's length. The time is the server's own, so
-- that the clocks of the instances do not matter. No key means that all buckets are full, therefore the
-- key may expire as soon as they are.
local time = redis.call('TIME')
local now = tonumber(time[1]) + tonumber(time[2]) / 1000000
local asked = tonumber(ARGV[1])
local stored = redis.call('HGETALL', KEYS[1])
local fields = {}
for i = 1, #stored, 2 do
  fields[stored[i]] = tonumber(stored[i + 1])
end

-- A clock that was set back must not take tokens away, nor stop the refill.
local elapsed = math.max(0, now - (fields['at'] or now))
local tokens = {}
local allowed = 1
for i = 2, #ARGV, 2 do
  local capacity = tonumber(ARGV[i])
  local seconds = tonumber(ARGV[i + 1])
  local held = math.min(capacity, (fields['w' .. seconds] or capacity) + elapsed * capacity / seconds)
  tokens[#tokens + 1] = held
  -- The tolerance is for the rounding of what was stored.
  if asked > 0 and held < asked - 0.000001 then
    allowed = 0
  end
end

local answer = { allowed }
local untilFull = 0
local write = { 'at', string.format('%.6f', now) }
for n = 1, #tokens do
  local capacity = tonumber(ARGV[n * 2])
  local seconds = tonumber(ARGV[n * 2 + 1])
  if allowed == 1 then
    tokens[n] = math.max(0, math.min(capacity, tokens[n] - asked))
  end
  answer[n + 1] = math.floor(tokens[n] * 1000000 + 0.5)
  untilFull = math.max(untilFull, (capacity - tokens[n]) * seconds / capacity)
  write[#write + 1] = 'w' .. seconds
  write[#write + 1] = string.format('%.9f', tokens[n])
end

-- A refusal and a look change nothing: what has refilled since is reckoned again next time.
if allowed == 1 and asked ~= 0 then
  redis.call('HSET', KEYS[1], unpack(write))
  redis.call('PEXPIRE', KEYS[1], math.ceil(untilFull * 1000) + 1000)
end
return answer
