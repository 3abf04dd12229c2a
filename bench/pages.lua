-- Sends the requests listed in $REQUESTS in turn (method, address, body, a tab between), as one signed-in member, and
-- tells in one JSON line how long the answers took and how many were not the page.
local requests, at, threads = {}, 0, {}
wrong = 0
local headers = { ["Cookie"] = os.getenv("COOKIE") }

function setup(thread)
  threads[#threads + 1] = thread
end

function init(args)
  for line in io.lines(os.getenv("REQUESTS")) do
    local method, path, body = line:match("^(%S+)\t(%S+)\t(.*)$")
    local own = { ["Cookie"] = headers["Cookie"] }
    if method == "POST" then own["Content-Type"] = "application/x-www-form-urlencoded" end
    requests[#requests + 1] = wrk.format(method, path, own, body ~= "" and body or nil)
  end
end

function request()
  at = at % #requests + 1
  return requests[at]
end

function response(status, _, _)
  if status ~= 200 then wrong = wrong + 1 end
end

function done(summary, latency, _)
  local others = 0
  for _, thread in ipairs(threads) do others = others + thread:get("wrong") end
  io.write(string.format(
    '\nJSON {"requests": %d, "seconds": %.6f, "p50": %.3f, "p95": %.3f, "wrong": %d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(95) / 1e3,
    others + summary.errors.connect + summary.errors.read + summary.errors.timeout))
end
