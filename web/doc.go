// Package web is the doors out of the device: the page, the API, the live
// state and HTTPS. Who may pass each door stands in one table ([routes.go]);
// what is behind the doors is lent by whoever makes the [Server].
package web
