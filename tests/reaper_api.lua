-- The part of REAPER's API that examples/reaper/melodymuse.lua calls, for tests without REAPER.
--
-- lua reaper_api.lua SCRIPT FOLDER COMMAND ANSWERS [EVENTS]: runs the script; EVENTS is a file with
-- the events of the selected MIDI item, as MIDI_GetAllEvts packs them.  What the script does to the
-- project is told on standard output, a line each.

local script, folder, command, answers, events_file = table.unpack(arg)
local TICKS, BPM, ITEM_SECONDS = 960, 90, 4

local function told(...)
  print(table.concat({ ... }, " "))
end

local function events()
  local file = assert(io.open(events_file, "rb"))
  local bytes = file:read("a")
  file:close()
  return bytes
end

reaper = {
  GetSelectedMediaItem = function()
    return events_file and "item" or nil
  end,
  GetActiveTake = function()
    return "take"
  end,
  TakeIsMIDI = function()
    return true
  end,
  GetMediaItemInfo_Value = function(_, name)
    return ({ D_POSITION = 2.0, D_LENGTH = ITEM_SECONDS })[name]
  end,
  SetMediaItemInfo_Value = function(_, name, value)
    told("set", name, string.format("%.3f", value))
  end,
  TimeMap_GetTimeSigAtTime = function()
    return 3, 4, BPM
  end,
  TimeMap2_timeToQN = function(_, seconds)
    return seconds * BPM / 60
  end,
  TimeMap2_QNToTime = function(_, quarters)
    return quarters * 60 / BPM
  end,
  MIDI_GetPPQPosFromProjQN = function(_, quarters)
    return (quarters - 3) * TICKS
  end,
  MIDI_GetAllEvts = function()
    return true, events()
  end,
  GetMediaItemTake_Source = function()
    return "source"
  end,
  GetMediaSourceLength = function()
    return 24.0, true
  end,
  GetProjectPath = function()
    return folder
  end,
  file_exists = function(path)
    local file = io.open(path, "rb")
    if file then
      file:close()
    end
    return file ~= nil
  end,
  GetExtState = function()
    return command
  end,
  GetUserInputs = function()
    return answers ~= "cancel", answers
  end,
  ExecProcess = function(line)
    told("run", line)
    local process = assert(io.popen(line .. " 2>&1"))
    local said = process:read("a")
    local _, _, status = process:close()
    return string.format("%d\n%s", status, said)
  end,
  InsertMedia = function(path, mode)
    told("insert", mode, path)
  end,
  ShowMessageBox = function(text)
    told("message", (text:gsub("\n", " ")))
  end,
  UpdateArrange = function() end,
  Undo_BeginBlock = function()
    told("begin")
  end,
  Undo_EndBlock = function(name)
    told("end", name)
  end,
}

dofile(script)
