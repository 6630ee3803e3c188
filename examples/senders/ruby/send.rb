# Sends orders as purchases, in batches, and tries again what may yet succeed: ruby send.rb orders.csv
# Needs Ruby 3.0 and no gems.

require "csv"
require "digest"
require "json"
require "net/http"
require "time"

COLUMNS = %w[transaction_id timestamp value currency email ip gpp_string gpp_sid].freeze
MOST_ATTEMPTS = 6
LONGEST_SECONDS = 60.0

# What came of one attempt, in words too. Status 0 is no answer.
Answer = Struct.new(:status, :text, :retry_after)

NO_ANSWER = [
  SystemCallError, IOError, SocketError, Timeout::Error, OpenSSL::SSL::SSLError,
  Net::HTTPBadResponse, Net::ProtocolError
].freeze

# Ends before anything is sent.
def stop(reason)
  warn "send.rb: #{reason}"
  exit 2
end

def setting(name, fallback = "")
  value = ENV.fetch(name, "")
  value = fallback if value.empty?
  value.empty? ? stop("#{name} is not set") : value
end

def positive(name, fallback)
  number = Float(setting(name, fallback), exception: false)
  number&.positive? && number.finite? ? number : stop("#{name} must be a number above 0")
end

BASE = setting("MOCK_CAPI_URL").chomp("/")
stop("MOCK_CAPI_URL must begin with http:// or https://") unless BASE.match?(%r{\Ahttps?://})
DATA_SET_ID = setting("MOCK_CAPI_DATA_SET_ID")
HEADERS = {
  "Authorization" => "Bearer #{setting('MOCK_CAPI_API_KEY')}",
  "Content-Type" => "application/json",
  "Accept" => "application/json"
}.freeze
BATCH_SIZE = positive("BATCH_SIZE", "500").ceil
BACKOFF_SECONDS = positive("BACKOFF_SECONDS", "1")
TIMEOUT_SECONDS = positive("TIMEOUT_SECONDS", "10")

def sha256(text)
  Digest::SHA256.hexdigest(text)
end

# Whole seconds since 1970, of a time in ISO 8601.
def epoch_seconds(text)
  raise ArgumentError, "the timestamp has no time zone" unless text.match?(/(Z|[+-]\d\d:\d\d)\z/)

  Time.iso8601(text).to_i
end

# Who it was, as far as is known, hashed. Of addresses only IPv4 is asked for.
def identifiers_of(order)
  email = order["email"].strip.downcase
  ip = order["ip"].strip
  found = {}
  found[:email_sha256] = sha256(email) unless email.empty?
  found[:ip] = sha256(ip) if ip.include?(".")
  found
end

def privacy_of(order)
  return {} if order["gpp_string"].empty?

  sections = order["gpp_sid"]
  raise ArgumentError, "gpp_sid must be the ids of sections, such as 7 8" unless sections.match?(/\A\d+( \d+)*\z/)

  { privacy: { gpp_string: order["gpp_string"], gpp_sid: sections.split.map(&:to_i) } }
end

# Nothing in an event depends on when it is sent, so it may be sent again.
def purchase(order)
  raise ArgumentError, "the value is no plain number, such as 129.90" unless order["value"].match?(/\A\d+(\.\d+)?\z/)

  {
    data_set_id: DATA_SET_ID,
    timestamp: epoch_seconds(order["timestamp"]),
    event_type: "purchase",
    value: order["value"].to_f,
    currency_code: order["currency"],
    identifiers: identifiers_of(order),
    custom_data: { transaction_id: order["transaction_id"] },
    **privacy_of(order)
  }
end

# The event of each order.
def read(source)
  rows = CSV.new(source, skip_blanks: true)
  stop("line 1: must be #{COLUMNS.join(',')}") unless rows.shift == COLUMNS
  rows.map do |row|
    raise ArgumentError, "there must be #{COLUMNS.size} cells" unless row.size == COLUMNS.size

    purchase(COLUMNS.zip(row.map(&:to_s)).to_h)
  end
rescue ArgumentError, CSV::MalformedCSVError => e
  stop("line #{rows.lineno}: #{e.message}")
end

# One attempt.
def post(path, body)
  uri = URI(BASE + path)
  limits = { open_timeout: TIMEOUT_SECONDS, read_timeout: TIMEOUT_SECONDS, write_timeout: TIMEOUT_SECONDS }
  answer = Net::HTTP.start(uri.host, uri.port, use_ssl: uri.scheme == "https", **limits) do |http|
    http.post(uri.path, body, HEADERS)
  end
  Answer.new(answer.code.to_i, "#{answer.code} #{answer.body}", answer["Retry-After"].to_s[/\A\d{1,5}\z/].to_i)
rescue *NO_ANSWER => e
  Answer.new(0, e.message, 0)
end

# The same body until it is accepted, refused, or has failed too often.
def send_until_settled(path, body, what)
  wait = 0
  MOST_ATTEMPTS.times do |attempt|
    sleep wait
    answer = post(path, body)
    return :accepted if answer.status == 200

    unless [0, 429].include?(answer.status) || answer.status >= 500
      warn "#{what}: refused, #{answer.text}"
      return :refused
    end
    warn "#{what}: failed, #{answer.text}"
    longest = [BACKOFF_SECONDS * 2**attempt, LONGEST_SECONDS].min
    wait = [rand(longest / 2..longest), answer.retry_after].max
  end
  warn "#{what}: given up"
  :given_up
end

orders = begin
  read(ARGF)
rescue SystemCallError => e
  stop(e.message)
end
events = orders.reject { |event| event[:identifiers].empty? }
count = Hash.new(0)
events.each_slice(BATCH_SIZE).with_index do |batch, place|
  first = place * BATCH_SIZE
  path, payload = batch.one? ? ["/v1/events", batch.first] : ["/v1/events/batch", batch]
  outcome = send_until_settled(path, JSON.generate(payload), "events #{first + 1} to #{first + batch.size}")
  count[outcome] += batch.size
end
told = "#{count[:accepted]} accepted, #{count[:refused]} refused, #{count[:given_up]} given up"
puts "#{orders.size} orders: #{told}, #{orders.size - events.size} left out since they name nobody"
exit(count[:accepted] == events.size)
