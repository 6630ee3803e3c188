-- Lets one step happen if nothing has happened since the version that it starts from; says whether it did.
-- KEYS: state, news, log. ARGV: epoch, version, news, submission or "", oldest, evicted or "", how many parts have
-- changed, of each its name, "=" or "-", and its value, then the sequences that go from the log, or "all".
local state = redis.call('HMGET', KEYS[1], 'epoch', 'version')
if state[1] ~= ARGV[1] or state[2] ~= ARGV[2] then
  return 0
end
local id = string.format('%.0f', tonumber(ARGV[2]) + 1)
redis.call('HSET', KEYS[1], 'version', id)
redis.call('XADD', KEYS[2], 'MAXLEN', '~', 10000, id .. '-0', 'news', ARGV[3])
local place = 8
for _ = 1, tonumber(ARGV[7]) do
  if ARGV[place + 1] == '=' then
    redis.call('HSET', KEYS[1], ARGV[place], ARGV[place + 2])
  else
    redis.call('HDEL', KEYS[1], ARGV[place])
  end
  place = place + 3
end
if ARGV[4] ~= '' then
  redis.call('XADD', KEYS[3], id .. '-0', 'submission', ARGV[4])
end
if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[1], 'oldest', ARGV[5], 'evicted', ARGV[6])
  redis.call('XTRIM', KEYS[3], 'MINID', ARGV[5])
end
for gone = place, #ARGV do
  if ARGV[gone] == 'all' then
    redis.call('XTRIM', KEYS[3], 'MAXLEN', 0)
  else
    redis.call('XDEL', KEYS[3], ARGV[gone] .. '-0')
  end
end
return 1
