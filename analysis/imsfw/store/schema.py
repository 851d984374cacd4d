# SPDX-License-Identifier: GPL-2.0-only
"""The tables of the result database.

VERSION goes up with every change that an older reader would trip on. A table or a column that is
new is no such change: an earlier database gets it when it is opened. A new column stands last in
its table and may be NULL.

Each statement carries its documentation; `imsfw db schema` prints it and the reference pages show
it. All times are in milliseconds of simulated time unless a name ends in _s (wall seconds).
"""

from __future__ import annotations

VERSION = 1
# "imsf": tells a result database from any other SQLite file (PRAGMA application_id).
APPLICATION_ID = 0x696D7366

TABLES = """
CREATE TABLE provenance (           -- what beside the experiment decides a result
    id          INTEGER PRIMARY KEY,
    commit_id   TEXT NOT NULL,      -- of imsfw; "-modified" or "-dirty" where files were changed
    policy_hash TEXT NOT NULL,      -- of the policy with all that it extends
    ns3         TEXT NOT NULL,
    openssl     TEXT NOT NULL,
    UNIQUE (commit_id, policy_hash, ns3, openssl)
);
CREATE TABLE machines (             -- where runs were simulated; changes wall times only
    id          INTEGER PRIMARY KEY,
    host        TEXT NOT NULL,
    processor   TEXT NOT NULL,
    system      TEXT NOT NULL,
    python      TEXT NOT NULL,
    UNIQUE (host, processor, system, python)
);
CREATE TABLE cells (                -- the coordinates of the traversal matrix
    id          INTEGER PRIMARY KEY,
    policy      TEXT NOT NULL,      -- row: the firewall policy
    transport   TEXT NOT NULL,      -- column: the named transport, else control and media in words
    suites      TEXT NOT NULL,      -- column: cipher suites offered, by comma; empty: the default
    UNIQUE (policy, transport, suites)
);
CREATE TABLE experiments (          -- everything that decides a run, apart from seed and run
    id          INTEGER PRIMARY KEY,
    hash        TEXT NOT NULL UNIQUE, -- of the settings below: equal experiments are one row
    cell_id     INTEGER NOT NULL REFERENCES cells,
    name        TEXT NOT NULL,      -- as its author called it first
    settings    TEXT NOT NULL       -- JSON: {"links.access.delay": "5ms", ...}, defaults included
);
CREATE TABLE deciders (             -- what a failure is put down to, for grouping runs by it
    id          INTEGER PRIMARY KEY,
    plane       TEXT NOT NULL,      -- the first plane that failed
    element     TEXT NOT NULL,      -- as in verdicts
    rule        TEXT NOT NULL,
    reason      TEXT NOT NULL,
    UNIQUE (plane, element, rule, reason)
);
CREATE TABLE runs (                 -- one for each experiment, provenance, seed and run number
    id              INTEGER PRIMARY KEY,
    experiment_id   INTEGER NOT NULL REFERENCES experiments,
    provenance_id   INTEGER NOT NULL REFERENCES provenance,
    machine_id      INTEGER NOT NULL REFERENCES machines,
    seed            INTEGER NOT NULL,
    run             INTEGER NOT NULL,
    status          TEXT NOT NULL CHECK (status IN ('done', 'error', 'timeout', 'crashed')),
    reason          TEXT,           -- why a run is not done; NULL where it is
    control         TEXT,           -- the verdicts of planes again: pass, fail, not-attempted
    media_udp       TEXT,
    media_tcp       TEXT,
    decider_id      INTEGER REFERENCES deciders, -- NULL: no plane failed
    registration_ms REAL,           -- first packet to 200 (OK) for REGISTER; NULL: not registered
    call_setup_ms   REAL,           -- first packet for the call to 200 (OK) for INVITE
    via_web_proxy   INTEGER,        -- 1 where the UE went through a web proxy
    simulated_ms    REAL,
    events          INTEGER,        -- ns-3 events executed
    packets_allowed INTEGER,        -- by the firewall
    packets_refused INTEGER,
    wall_s          REAL NOT NULL,  -- time that the simulation took
    digest          TEXT,           -- of the result: it must be the same on every machine
    folder          TEXT,           -- the run folder, where one was kept
    finished_at     TEXT NOT NULL,  -- UTC, ISO 8601
    UNIQUE (experiment_id, provenance_id, seed, run)
);
CREATE TABLE planes (               -- the verdict of each plane
    run_id      INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    plane       TEXT NOT NULL,      -- control, media_udp, media_tcp
    verdict     TEXT NOT NULL,      -- pass, fail, not-attempted
    PRIMARY KEY (run_id, plane)
) WITHOUT ROWID;
CREATE TABLE verdicts (             -- what refused something, and what decided a failed plane
    run_id      INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    ordinal     INTEGER NOT NULL,
    plane       TEXT,               -- the plane that this event decided; NULL: a refusal on the way
    element     TEXT NOT NULL,      -- nimsfw, web-proxy, ue, ...
    rule        TEXT NOT NULL,      -- id of the rule; empty where no rule decided
    reason      TEXT NOT NULL,      -- kebab-case, from the element's closed list
    detail      TEXT NOT NULL,
    flow        TEXT NOT NULL,      -- five-tuple as the firewall saw it first
    first_bytes TEXT NOT NULL,      -- hexadecimal
    at_ms       REAL NOT NULL,
    PRIMARY KEY (run_id, ordinal)
) WITHOUT ROWID;
CREATE TABLE phases (               -- stretches of simulated time with a name
    run_id      INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    ordinal     INTEGER NOT NULL,
    plane       TEXT NOT NULL,      -- control or media
    transport   TEXT NOT NULL,      -- of the attempt that it belongs to
    name        TEXT NOT NULL,      -- connect (which holds tls), register, turn-allocate, ...
    start_ms    REAL NOT NULL,
    end_ms      REAL NOT NULL,
    PRIMARY KEY (run_id, ordinal)
) WITHOUT ROWID;
CREATE TABLE media (                -- one direction of the voice, as its receiver measured it
    run_id      INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    direction   TEXT NOT NULL,      -- up: UE to callee; down
    sent        INTEGER NOT NULL,   -- packets
    received    INTEGER NOT NULL,
    lost        INTEGER NOT NULL,
    late        INTEGER NOT NULL,   -- came after the moment of their playout
    jitter_ms   REAL NOT NULL,      -- RFC 3550 6.4.1
    delay_mean_ms REAL NOT NULL,    -- one way
    delay_p95_ms  REAL NOT NULL,
    delay_max_ms  REAL NOT NULL,
    mouth_to_ear_ms REAL,           -- codec, network and playout
    rating      REAL,               -- R of ITU-T G.107, on the codec's own scale
    mos         REAL,               -- 1 to 4.5; NULL where the codec has no published figures
    PRIMARY KEY (run_id, direction)
) WITHOUT ROWID;
CREATE TABLE video (                -- one direction of the video, as its receiver measured it
    run_id      INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    direction   TEXT NOT NULL,      -- up: UE to callee; down
    frames      INTEGER NOT NULL,   -- sent
    whole       INTEGER NOT NULL,   -- of which every packet came
    decodable   INTEGER NOT NULL,   -- whole, with an unbroken chain to a key frame
    key_frames  INTEGER NOT NULL,   -- whole ones
    key_frame_requests INTEGER NOT NULL, -- that the receiver sent
    sent        INTEGER NOT NULL,   -- packets
    sent_bytes  INTEGER NOT NULL,   -- behind RTP headers
    received    INTEGER NOT NULL,
    lost        INTEGER NOT NULL,
    jitter_ms   REAL NOT NULL,
    delay_mean_ms REAL NOT NULL,    -- of whole frames, until their last packet came
    delay_p95_ms  REAL NOT NULL,
    delay_max_ms  REAL NOT NULL,
    PRIMARY KEY (run_id, direction)
) WITHOUT ROWID;
CREATE TABLE tls (                  -- what each TLS connection of the UE negotiated
    run_id      INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    ordinal     INTEGER NOT NULL,
    plane       TEXT NOT NULL,
    transport   TEXT NOT NULL,      -- of the attempt that it belongs to
    version     TEXT NOT NULL,
    suite       TEXT NOT NULL,      -- IANA name
    is_null     INTEGER NOT NULL,   -- 1: no encryption
    handshake_bytes_sent     INTEGER NOT NULL,
    handshake_bytes_received INTEGER NOT NULL,
    is_resumed  INTEGER,            -- 1: an abbreviated handshake; NULL: of an earlier imsfw
    key_group   TEXT,               -- of the key exchange (x25519, ...); empty: none took part
    alpn        TEXT,               -- the protocol agreed on; empty: none
    computed_ms REAL,               -- charged to the UE's CPU
    PRIMARY KEY (run_id, ordinal)
) WITHOUT ROWID;
CREATE TABLE notes (                -- what a reader must know before trusting the figures
    id          INTEGER PRIMARY KEY,
    text        TEXT NOT NULL UNIQUE
);
CREATE TABLE run_notes (
    run_id      INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    note_id     INTEGER NOT NULL REFERENCES notes,
    PRIMARY KEY (run_id, note_id)
) WITHOUT ROWID;
CREATE TABLE attempts (             -- what the UE tried: one plane over one transport
    run_id      INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    ordinal     INTEGER NOT NULL,
    plane       TEXT NOT NULL,      -- control or media
    transport   TEXT NOT NULL,      -- the named transport, or custom
    via_web_proxy INTEGER NOT NULL,
    outcome     TEXT NOT NULL,      -- won, failed, cancelled, not-started, running
    started_ms  REAL,               -- NULL: not started
    ended_ms    REAL,
    element     TEXT,               -- what decided a failure, as in verdicts
    rule        TEXT,
    reason      TEXT,
    PRIMARY KEY (run_id, ordinal)
) WITHOUT ROWID;
CREATE TABLE pairs (                -- the pair of candidates that carried the media (calls by ICE)
    run_id      INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    ordinal     INTEGER NOT NULL,   -- 0: one for each run
    kind        TEXT NOT NULL,      -- direct, reflexive, relay
    local_type  TEXT NOT NULL,      -- of the UE's candidate: host, srflx, prflx, relay
    local_transport TEXT NOT NULL,  -- what it sends over; of a relay, to its TURN server
    local_via_web_proxy INTEGER NOT NULL,
    remote_type TEXT NOT NULL,      -- of the callee's
    remote_transport TEXT NOT NULL,
    remote_via_web_proxy INTEGER NOT NULL,
    PRIMARY KEY (run_id, ordinal)
) WITHOUT ROWID;
CREATE TABLE ues (                  -- each UE of a run that has several
    run_id      INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    ordinal     INTEGER NOT NULL,
    name        TEXT NOT NULL,
    site        INTEGER NOT NULL,   -- which firewalled network, from 0
    started_ms  REAL NOT NULL,
    control     TEXT NOT NULL,      -- verdicts of its planes
    media_udp   TEXT NOT NULL,
    registration_ms REAL,           -- from its own start
    call_setup_ms   REAL,
    PRIMARY KEY (run_id, ordinal)
) WITHOUT ROWID;
CREATE TABLE tries (                -- every time that a run was carried out, failures included
    run_id      INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,
    try         INTEGER NOT NULL,   -- from 1
    status      TEXT NOT NULL,      -- as in runs
    reason      TEXT,
    wall_s      REAL NOT NULL,
    finished_at TEXT NOT NULL,
    PRIMARY KEY (run_id, try)
) WITHOUT ROWID;
"""

# The matrix query reads this index alone: a million runs are grouped without touching their rows.
INDEXES = """
CREATE INDEX runs_of_matrix ON runs (
    provenance_id, experiment_id, status, decider_id, control, media_udp, media_tcp,
    registration_ms, call_setup_ms
);
CREATE INDEX verdicts_of_plane ON verdicts (plane, run_id) WHERE plane IS NOT NULL;
"""

CHILDREN = ("planes", "verdicts", "phases", "media", "video", "tls", "attempts", "pairs", "ues")
