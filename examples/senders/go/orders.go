package main

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strings"
	"time"
)

const columns = "transaction_id,timestamp,value,currency,email,ip,gpp_string,gpp_sid"

var (
	plainNumber = regexp.MustCompile(`^(0|[1-9]\d*)(\.\d+)?$`)
	sectionIDs  = regexp.MustCompile(`^\d+( \d+)*$`)
)

type event struct {
	DataSetID    string            `json:"data_set_id"`
	Timestamp    int64             `json:"timestamp"`
	EventType    string            `json:"event_type"`
	Value        json.Number       `json:"value"`
	CurrencyCode string            `json:"currency_code"`
	Identifiers  map[string]string `json:"identifiers"`
	Privacy      map[string]any    `json:"privacy,omitempty"`
	CustomData   map[string]string `json:"custom_data"`
}

// read makes an event of each order.
func read(source io.Reader) (events []event) {
	rows := csv.NewReader(source)
	names, err := rows.Read()
	if err != nil || strings.Join(names, ",") != columns {
		stop("line 1: must be " + columns)
	}
	for {
		row, err := rows.Read()
		if err == io.EOF {
			return events
		}
		if err != nil {
			stop(err)
		}
		order := map[string]string{}
		for place, name := range names {
			order[name] = row[place]
		}
		made, err := purchase(order)
		if err != nil {
			line, _ := rows.FieldPos(0)
			stop(fmt.Sprintf("line %d: %v", line, err))
		}
		events = append(events, made)
	}
}

// purchase is the event of an order. Nothing in it depends on when it is sent, so it may be sent again.
func purchase(order map[string]string) (event, error) {
	moment, err := time.Parse(time.RFC3339, order["timestamp"])
	if err != nil {
		return event{}, err
	}
	if !plainNumber.MatchString(order["value"]) {
		return event{}, errors.New("the value is no plain number, such as 129.90")
	}
	made := event{
		DataSetID:    dataSetID,
		Timestamp:    moment.Unix(),
		EventType:    "purchase",
		Value:        json.Number(order["value"]),
		CurrencyCode: order["currency"],
		Identifiers:  identifiersOf(order),
		CustomData:   map[string]string{"transaction_id": order["transaction_id"]},
	}
	if order["gpp_string"] != "" {
		if !sectionIDs.MatchString(order["gpp_sid"]) {
			return event{}, errors.New("gpp_sid must be the ids of sections, such as 7 8")
		}
		ids := json.RawMessage("[" + strings.ReplaceAll(order["gpp_sid"], " ", ",") + "]")
		made.Privacy = map[string]any{"gpp_string": order["gpp_string"], "gpp_sid": ids}
	}
	return made, nil
}

// identifiersOf tells who it was, as far as is known, hashed. Of addresses only IPv4 is asked for.
func identifiersOf(order map[string]string) map[string]string {
	found := map[string]string{}
	if email := strings.ToLower(strings.TrimSpace(order["email"])); email != "" {
		found["email_sha256"] = hashed(email)
	}
	if strings.Contains(order["ip"], ".") {
		found["ip"] = hashed(strings.TrimSpace(order["ip"]))
	}
	return found
}

func hashed(text string) string {
	digest := sha256.Sum256([]byte(text))
	return hex.EncodeToString(digest[:])
}
