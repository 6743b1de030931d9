#!/bin/sh
worker &
until worker-ping; do sleep 1; done
exec web-server
