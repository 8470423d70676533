using MiiWrap.Learning.Tests.TestHost;

namespace MiiWrap.Learning.Tests.Fuzzing;

/// <summary>A program of its own behind its real server, since odd bytes are first met by that one.</summary>
public sealed class FuzzedApp : NetworkApp;
