-- MelodyMuse in REAPER: continue, re-roll or recolor the selected MIDI item, or compose a new piece.
--
-- Actions > Show action list > New action > Load ReaScript, and choose this file.  It calls the
-- command 'melodymuse'; where REAPER does not find that, say where it is, once, in a script of one
-- line: reaper.SetExtState("melodymuse", "command", "/path/to/melodymuse", true)
--
-- What is continued or written anew becomes a new take of the item; a recolored or composed piece
-- gets tracks of its own at the edit cursor.  Nothing that is there is changed.

local TITLE = "MelodyMuse"
local PATIENCE_MS = 300000
local HELP = {
  continue = "Bars to add",
  reroll = "Bars to write anew, as 5-8",
  recolor = "Emotion",
  compose = "Emotion",
}

-- Bytes of a Standard MIDI File -------------------------------------------------------------------

local function varying(number)
  local bytes = string.char(number & 0x7F)
  number = number >> 7
  while number > 0 do
    bytes = string.char(0x80 | (number & 0x7F)) .. bytes
    number = number >> 7
  end
  return bytes
end

local function meta(kind, data)
  return "\xFF" .. string.char(kind) .. varying(#data) .. data
end

-- An event as a file has it: REAPER keeps texts and system messages without their length.
local function as_in_file(message)
  local status = message:byte(1)
  if status == 0xFF then
    return meta(message:byte(2), message:sub(3))
  elseif status == 0xF0 then
    return "\xF0" .. varying(#message - 1) .. message:sub(2)
  end
  return message
end

-- The events of a take as the body of a track; its last event, all notes off, is the item's end.
local function track_of(events, opening)
  local body, position, waited = { opening }, 1, 0
  while position <= #events do
    local offset, _, message
    offset, _, message, position = string.unpack("<i4Bs4", events, position)
    waited = waited + offset
    if position > #events then
      body[#body + 1] = varying(waited) .. "\xFF\x2F\x00"
    elseif #message > 0 then
      body[#body + 1] = varying(waited) .. as_in_file(message)
      waited = 0
    end
  end
  return table.concat(body)
end

local function power_of_two(number)
  local power = 0
  while number > 1 do
    number, power = number // 2, power + 1
  end
  return power
end

local function midi_file(take, item)
  local start = reaper.GetMediaItemInfo_Value(item, "D_POSITION")
  local beats, unit, bpm = reaper.TimeMap_GetTimeSigAtTime(0, start)
  local first = reaper.TimeMap2_timeToQN(0, start)
  local ticks = math.floor(
    reaper.MIDI_GetPPQPosFromProjQN(take, first + 1) - reaper.MIDI_GetPPQPosFromProjQN(take, first) + 0.5
  )
  local metre = string.char(math.floor(beats), power_of_two(math.floor(unit)), 24, 8)
  local tempo = string.pack(">I3", math.floor(60000000 / bpm + 0.5))
  local opening = "\0" .. meta(0x51, tempo) .. "\0" .. meta(0x58, metre)
  local _, events = reaper.MIDI_GetAllEvts(take, "")
  local track = track_of(events, opening)
  return "MThd" .. string.pack(">I4I2I2I2", 6, 0, 1, ticks) .. "MTrk" .. string.pack(">s4", track)
end

-- Files and the command ---------------------------------------------------------------------------

local function unused(folder, stem)
  for number = 1, 10000 do
    local path = string.format("%s/%s-%d.mid", folder, stem, number)
    if not reaper.file_exists(path) then
      return path
    end
  end
  error("no free name for " .. stem)
end

local function run(words)
  local command = reaper.GetExtState("melodymuse", "command")
  local quoted = { command ~= "" and command or "melodymuse" }
  for _, word in ipairs(words) do
    quoted[#quoted + 1] = '"' .. word:gsub('"', "") .. '"'
  end
  local answer = reaper.ExecProcess(table.concat(quoted, " "), PATIENCE_MS)
  if not answer then
    return nil, "the command 'melodymuse' was not found: see the first lines of the script"
  end
  local status, said = answer:match("^(%d+)\n(.*)$")
  if status ~= "0" then
    return nil, said or answer
  end
  return true
end

-- What the user asks for --------------------------------------------------------------------------

local function selected()
  local item = reaper.GetSelectedMediaItem(0, 0)
  local take = item and reaper.GetActiveTake(item)
  if take and reaper.TakeIsMIDI(take) then
    return item, take
  end
end

local function asked(item)
  local first = item and "continue" or "compose"
  local fine, answer = reaper.GetUserInputs(
    TITLE,
    3,
    "continue reroll recolor compose,Bars or emotion,Seed (empty: any),extrawidth=120",
    first .. "," .. (item and "8" or "awe") .. ","
  )
  if not fine then
    return nil
  end
  local action, what, seed = answer:match("^%s*(.-)%s*,%s*(.-)%s*,%s*(.-)%s*$")
  return action, what, seed
end

local function words_for(action, what, seed, source, target)
  local words = { action }
  if action == "compose" then
    words = { action, "--emotion", what }
  elseif action == "recolor" then
    words = { action, source, "--emotion", what }
  else
    words = { action, source, "--bars", what }
  end
  if seed ~= "" then
    words[#words + 1] = "--seed"
    words[#words + 1] = seed
  end
  words[#words + 1] = "-o"
  words[#words + 1] = target
  return words
end

-- As a new take of the item, which grows with it; or on tracks of its own at the edit cursor.
local function insert(path, action, item)
  if action == "continue" or action == "reroll" then
    reaper.InsertMedia(path, 3)
    local source = reaper.GetMediaItemTake_Source(reaper.GetActiveTake(item))
    local length, in_quarters = reaper.GetMediaSourceLength(source)
    if in_quarters then
      local start = reaper.GetMediaItemInfo_Value(item, "D_POSITION")
      length = reaper.TimeMap2_QNToTime(0, reaper.TimeMap2_timeToQN(0, start) + length) - start
    end
    if length > reaper.GetMediaItemInfo_Value(item, "D_LENGTH") then
      reaper.SetMediaItemInfo_Value(item, "D_LENGTH", length)
    end
  else
    reaper.InsertMedia(path, 1)
  end
end

local function main()
  local item, take = selected()
  local action, what, seed = asked(item)
  if not action then
    return
  end
  if not HELP[action] then
    return "there is no '" .. action .. "': say continue, reroll, recolor or compose"
  elseif what == "" then
    return action .. ": " .. HELP[action] .. "?"
  elseif action ~= "compose" and not item then
    return action .. " needs a MIDI item: select one"
  end
  local folder = reaper.GetProjectPath("")
  local source
  if action ~= "compose" then
    source = unused(folder, "melodymuse-item")
    local file = io.open(source, "wb")
    if not file then
      return "cannot write " .. source .. ": save the project first"
    end
    file:write(midi_file(take, item))
    file:close()
  end
  local target = unused(folder, "melodymuse-" .. action)
  local done, why = run(words_for(action, what, seed, source, target))
  if source then
    os.remove(source)
  end
  if not done then
    return why
  end
  reaper.Undo_BeginBlock()
  insert(target, action, item)
  reaper.UpdateArrange()
  reaper.Undo_EndBlock(TITLE .. ": " .. action, -1)
end

local trouble = main()
if trouble then
  reaper.ShowMessageBox(trouble, TITLE, 0)
end
