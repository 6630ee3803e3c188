// Command send sends orders as purchases, in batches, and tries again what may yet succeed: go run . orders.csv
package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"math/rand"
	"net/http"
	"os"
	"strconv"
	"strings"
	"time"
)

const (
	mostAttempts   = 6
	longestSeconds = 60.0

	accepted = "accepted"
	refused  = "refused"
	givenUp  = "given up"
)

var (
	baseURL        = address("MOCK_CAPI_URL")
	apiKey         = setting("MOCK_CAPI_API_KEY", "")
	dataSetID      = setting("MOCK_CAPI_DATA_SET_ID", "")
	batchSize      = int(math.Ceil(positive("BATCH_SIZE", "500")))
	backoffSeconds = positive("BACKOFF_SECONDS", "1")
	client         = &http.Client{
		Timeout:       seconds(positive("TIMEOUT_SECONDS", "10")),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	// Before Go 1.20 every process draws the same numbers unless it has a seed of its own.
	random = rand.New(rand.NewSource(time.Now().UnixNano()))
)

func main() {
	orders := read(input())
	var events []event
	for _, made := range orders {
		if len(made.Identifiers) > 0 {
			events = append(events, made)
		}
	}
	count := map[string]int{}
	for start := 0; start < len(events); start += batchSize {
		batch := events[start:]
		if len(batch) > batchSize {
			batch = batch[:batchSize]
		}
		count[sendBatch(batch, start)] += len(batch)
	}
	fmt.Printf("%d orders: %d accepted, %d refused, %d given up, %d left out since they name nobody\n",
		len(orders), count[accepted], count[refused], count[givenUp], len(orders)-len(events))
	if count[accepted] < len(events) {
		os.Exit(1)
	}
}

// stop ends the program before anything is sent.
func stop(reason any) {
	fmt.Fprintln(os.Stderr, "send.go:", reason)
	os.Exit(2)
}

func setting(name, fallback string) string {
	if value := os.Getenv(name); value != "" {
		return value
	}
	if fallback == "" {
		stop(name + " is not set")
	}
	return fallback
}

func address(name string) string {
	value := setting(name, "")
	if !strings.HasPrefix(value, "http://") && !strings.HasPrefix(value, "https://") {
		stop(name + " must begin with http:// or https://")
	}
	return strings.TrimRight(value, "/")
}

func positive(name, fallback string) float64 {
	number, err := strconv.ParseFloat(setting(name, fallback), 64)
	if err != nil || !(number > 0) || math.IsInf(number, 0) {
		stop(name + " must be a number above 0")
	}
	return number
}

func seconds(number float64) time.Duration {
	return time.Duration(number * float64(time.Second))
}

func input() io.Reader {
	if len(os.Args) < 2 {
		return os.Stdin
	}
	file, err := os.Open(os.Args[1])
	if err != nil {
		stop(err)
	}
	return file
}

func sendBatch(batch []event, start int) string {
	path, payload := "/v1/events/batch", any(batch)
	if len(batch) == 1 {
		path, payload = "/v1/events", batch[0]
	}
	body, err := json.Marshal(payload)
	if err != nil {
		stop(err)
	}
	return send(path, body, fmt.Sprintf("events %d to %d", start+1, start+len(batch)))
}

// send sends the same body until it is accepted, refused, or has failed too often.
func send(path string, body []byte, what string) string {
	wait := 0.0
	for attempt := 0; attempt < mostAttempts; attempt++ {
		time.Sleep(seconds(wait))
		status, text, retryAfter := post(path, body)
		if status == http.StatusOK {
			return accepted
		}
		if status != 0 && status != http.StatusTooManyRequests && status < 500 {
			fmt.Fprintf(os.Stderr, "%s: refused, %s\n", what, text)
			return refused
		}
		fmt.Fprintf(os.Stderr, "%s: failed, %s\n", what, text)
		longest := math.Min(backoffSeconds*math.Pow(2, float64(attempt)), longestSeconds)
		wait = math.Max(longest*(0.5+random.Float64()/2), retryAfter)
	}
	fmt.Fprintf(os.Stderr, "%s: given up\n", what)
	return givenUp
}

// post makes one attempt, and tells the status, what was said, and how many seconds to wait. Status 0 is no answer.
func post(path string, body []byte) (status int, text string, retryAfter float64) {
	request, err := http.NewRequest(http.MethodPost, baseURL+path, bytes.NewReader(body))
	if err != nil {
		stop(err)
	}
	request.Header.Set("Authorization", "Bearer "+apiKey)
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("Accept", "application/json")
	response, err := client.Do(request)
	if err != nil {
		return 0, err.Error(), 0
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return 0, err.Error(), 0
	}
	if wait, err := strconv.ParseUint(response.Header.Get("Retry-After"), 10, 16); err == nil {
		retryAfter = float64(wait)
	}
	return response.StatusCode, fmt.Sprintf("%d %s", response.StatusCode, answer), retryAfter
}
