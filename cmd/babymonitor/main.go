// Command babymonitor is the monitor: one process that takes the camera's
// picture and the room's sound to the phones and brings their orders back.
package main

func main() {}
