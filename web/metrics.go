package web

import (
	"net/http"
	"strconv"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"babymonitor/internal/state"
)

// metrics is the figures for Prometheus: the process, the requests, what is
// true now, and what the other rooms add.
type metrics struct {
	handler     http.Handler
	requests    *prometheus.CounterVec
	wrongLogins prometheus.Counter
}

func newMetrics(o Options, listeners func() int) (*metrics, error) {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "babymonitor_http_requests_total", Help: "Requests answered.",
		}, []string{"method", "status"}),
		wrongLogins: prometheus.NewCounter(prometheus.CounterOpts{
			Name: "babymonitor_logins_refused_total", Help: "Logins with a wrong password, or too many of them.",
		}),
	}
	registry := prometheus.NewRegistry()
	all := append([]prometheus.Collector{
		collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}),
		m.requests, m.wrongLogins, facts{o.State},
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{
			Name: "babymonitor_pages_open", Help: "Pages that follow the live state.",
		}, func() float64 { return float64(listeners()) }),
	}, o.Collectors...)
	for _, c := range all {
		if err := registry.Register(c); err != nil {
			return nil, err
		}
	}
	m.handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{MaxRequestsInFlight: 4})
	return m, nil
}

func (m *metrics) serve(w http.ResponseWriter, r *http.Request) error {
	m.handler.ServeHTTP(w, r)
	return nil
}

// count notes a request. A method that nobody knows counts as one, so that
// strangers cannot make up figures.
func (m *metrics) count(method string, status int) {
	switch method {
	case "GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS":
	default:
		method = "other"
	}
	m.requests.WithLabelValues(method, strconv.Itoa(status)).Inc()
}

// facts turns what is true now into figures, at the moment that somebody asks.
type facts struct{ store *state.Store }

// Describe describes nothing: which figures there are depends on the devices.
func (facts) Describe(chan<- *prometheus.Desc) {}

// Collect tells the figures.
func (f facts) Collect(out chan<- prometheus.Metric) {
	now := f.store.Get()
	gauge := func(name, help string, value float64, labels ...string) {
		tell(out, prometheus.GaugeValue, figure{name, help, value}, labels)
	}
	gauge("info", "What runs.", 1, "version", now.Device.Version)
	for _, d := range []struct {
		name string
		state.Health
	}{
		{"camera", now.Camera.Health}, {"head", now.Head.Health}, {"night", now.Night.Health},
		{"climate", now.Climate.Health}, {"microphone", now.Sound.Health}, {"speaker", now.Speaker.Health},
	} {
		gauge("device", "1 for the condition that a device is in.", 1, "device", d.name, "condition", string(d.Condition))
	}
	for _, room := range now.Rooms {
		tell(out, prometheus.CounterValue, figure{"room_restarts_total", "How often a room was started again.", float64(room.Restarts)}, []string{"room", room.Name})
		gauge("room", "1 for the condition that a room is in.", 1, "room", room.Name, "condition", string(room.Condition))
	}
	gauge("camera_fps", "Pictures a second.", float64(now.Camera.FPS))
	gauge("camera_bitrate_bits", "Bits a second asked of the encoder.", float64(now.Camera.Bitrate))
	gauge("head_pan_degrees", "Where the head looks, to the right.", now.Head.Pan)
	gauge("head_tilt_degrees", "Where the head looks, upwards.", now.Head.Tilt)
	gauge("night", "1 while the filter is off for the night.", truth(now.Night.Night))
	gauge("sound_level_dbfs", "Level of the room's sound.", now.Sound.Level)
	gauge("player_playing", "1 while a lullaby plays.", truth(now.Player.Playing))
	if now.Night.Lux != nil {
		gauge("light_lux", "Light in the room.", *now.Night.Lux)
	}
	if m := now.Climate.Temperature; m != nil && !m.Stale {
		gauge("temperature_celsius", "Temperature of the room.", m.Value)
	}
	if m := now.Climate.Humidity; m != nil && !m.Stale {
		gauge("humidity_percent", "Relative humidity of the room.", m.Value)
	}
	if m := now.Climate.CO2; m != nil && !m.Stale {
		gauge("co2_ppm", "Carbon dioxide in the room's air.", m.Value)
	}
	if b := now.Board; b != nil {
		gauge("board_temperature_celsius", "Temperature of the processor.", b.Temperature)
		gauge("board_under_voltage", "1 while the power supply is too weak.", truth(b.UnderVoltage))
	}
	viewerFacts(gauge, now.Viewers)
}

// viewerFacts sums up who watches.
func viewerFacts(gauge func(name, help string, value float64, labels ...string), viewers []state.Viewer) {
	talking, lossy := 0, 0.0
	transports := map[string]int{"udp": 0, "tcp": 0, "": 0}
	for _, v := range viewers {
		transports[v.Transport]++
		lossy = max(lossy, v.Loss)
		if v.Talking {
			talking++
		}
	}
	for transport, n := range transports {
		if transport == "" {
			transport = "connecting"
		}
		gauge("viewers", "Who watches or listens.", float64(n), "transport", transport)
	}
	gauge("viewers_talking", "Who talks.", float64(talking))
	gauge("viewers_worst_loss", "Fraction of packets that the worst network loses.", lossy)
}

type figure struct {
	name, help string
	value      float64
}

// tell hands one figure over; labels are names and values by turns.
func tell(out chan<- prometheus.Metric, kind prometheus.ValueType, f figure, labels []string) {
	var names, values []string
	for i := 0; i+1 < len(labels); i += 2 {
		names, values = append(names, labels[i]), append(values, labels[i+1])
	}
	desc := prometheus.NewDesc("babymonitor_"+f.name, f.help, names, nil)
	m, err := prometheus.NewConstMetric(desc, kind, f.value, values...)
	if err != nil {
		m = prometheus.NewInvalidMetric(desc, err)
	}
	out <- m
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
