-- Begins the state, or joins what others have begun. KEYS: state. ARGV: a new epoch, what all must agree on.
-- Answers the epoch and what was agreed on.
if redis.call('HSETNX', KEYS[1], 'epoch', ARGV[1]) == 1 then
  redis.call('HSET', KEYS[1], 'version', '1', 'oldest', '0', 'evicted', '[]', 'agreed', ARGV[2])
end
return redis.call('HMGET', KEYS[1], 'epoch', 'agreed')
