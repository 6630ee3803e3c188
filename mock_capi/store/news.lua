-- What has happened since a version. KEYS: state, news, log. ARGV: epoch, version, or 0 for everything there is.
-- Answers the version now and, where it is another, the first version that the news tell of, oldest, evicted, the news,
-- the submissions, and the parts that have changed with their values; nothing where the state is not of that epoch.
local state = redis.call('HMGET', KEYS[1], 'epoch', 'version', 'oldest', 'evicted')
if state[1] ~= ARGV[1] then
  return {}
end
if state[2] == ARGV[2] then
  return {state[2]}
end
local after = '(' .. ARGV[2] .. '-0'
local parts = {}
local news = redis.call('XRANGE', KEYS[2], after, '+')
if ARGV[2] == '0' then
  parts = redis.call('HGETALL', KEYS[1])
else
  for _, item in ipairs(news) do
    for _, name in ipairs(cjson.decode(item[2][2]).parts) do
      table.insert(parts, name)
      table.insert(parts, redis.call('HGET', KEYS[1], name))
    end
  end
end
local first = redis.call('XRANGE', KEYS[2], '-', '+', 'COUNT', 1)[1]
return {state[2], first and first[1] or '', state[3], state[4], news, redis.call('XRANGE', KEYS[3], after, '+'), parts}
